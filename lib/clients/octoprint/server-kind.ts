import * as v from 'valibot';
import { Failure } from '../../http/errors';
import type { Findings } from '../findings';
import { closedBy, type ServerKind, type ServerTarget } from '../server-kind';
import { versionSchema } from './answers';
import { OctoPrintClient } from './client';
import { OCTOPRINT } from './server-traits';

const RIGHTS =
    'In OctoPrint, Settings → Application Keys: create a key for a user who may read the status and the list of files.';
const CAMERA = 'Open the snapshot address in a browser: it must show a picture.';

/** OctoPrint: there, whose the key is, whether that user sees the files, and the camera where one is set. */
export async function checkOctoPrint(
    octoprint: OctoPrintClient,
    findings: Findings,
    signal: AbortSignal,
): Promise<void> {
    const version = await findings.check('octoprint', () => octoprint.version(signal), RIGHTS);
    if (version === undefined) return;
    findings.ok('octoprint', `OctoPrint ${version} at ${octoprint.address}`, 'octoprint', { version });

    const login = await findings.check('octoprint-user', () => octoprint.login(signal), RIGHTS);
    if (login === undefined) return;
    findings.ok('octoprint-user', `The key belongs to the user ${login.name}`, 'keyUser', { user: login.name });

    const list = await findings.check('octoprint-files', () => octoprint.files(null, signal), RIGHTS);
    if (list === undefined) return;
    const total = list?.files.length ?? 0;
    findings.ok('octoprint-files', `The key reads the list of files: ${total}`, 'readFiles', { total });
    const { cameraProblem } = octoprint;
    if (cameraProblem !== null) findings.fail('octoprint-camera', cameraProblem.message, CAMERA, 'noPicture');
    if (octoprint.hasCamera) await checkCamera(octoprint, findings, signal);
}

/** A camera that sends nothing holds up no print. */
async function checkCamera(octoprint: OctoPrintClient, findings: Findings, signal: AbortSignal): Promise<void> {
    let why = 'The camera returns no picture';
    const picture = await octoprint.snapshot(signal).catch((error: unknown) => {
        if (error instanceof Failure) why = error.message;
        return null;
    });
    if (picture === null) {
        findings.fail('octoprint-camera', why, CAMERA, 'noPicture');
        return;
    }
    const kilobytes = Math.ceil(picture.bytes.length / 1024);
    findings.ok('octoprint-camera', `The camera returns a picture: ${kilobytes} kB`, 'picture', { kilobytes });
}

/** A connection of a dialog's own; to be closed. @throws ConfigError for an address that cannot be one */
export function octoPrintAt({ address, secret, companion, timeoutMs, insecure }: ServerTarget): OctoPrintClient {
    return new OctoPrintClient({
        url: address,
        apiKey: secret,
        deviceIdentifier: '',
        snapshotUrl: companion.url,
        snapshotLogin: companion.secret,
        prefix: '',
        timeout: timeoutMs / 1000,
        insecure,
    });
}

export const octoprintServer: ServerKind = {
    ...OCTOPRINT,
    id: 'octoprint',
    node: {
        type: 'octoprint-server',
        secret: 'apiKey',
        connection: ['url', 'snapshotUrl', 'snapshotLogin', 'timeout', 'insecure'],
    },
    companion: { url: 'snapshotUrl', secret: 'snapshotLogin' },
    needsSecret: false,
    rightsOf: 'secret',
    isLinkedTo: false,
    // it tells its version only to a key
    identity: {
        path: '/api/version',
        isPublic: false,
        read: (body) => {
            const answer = v.safeParse(versionSchema, body);
            return answer.success ? { version: answer.output.server } : null;
        },
    },
    test: (target, findings, signal) => checkOctoPrint(closedBy(signal, octoPrintAt(target)), findings, signal),
};
