import * as v from 'valibot';
import type { Findings } from '../findings';
import { closedBy, type ServerKind, type ServerTarget } from '../server-kind';
import { versionSchema } from './answers';
import { BambuddyClient } from './client';
import { BAMBUDDY } from './server-traits';

const READ = 'In Bambuddy, Settings → API Keys: create a key with Read Status.';
const WRITE = 'In Bambuddy, Settings → API Keys: create a key with Manage Archives, or remove the link back node.';

/** Bambuddy: there, and what its key may. There is no call that tells the rights of a key, so each is tried. */
export async function checkBambuddy(
    bambuddy: BambuddyClient,
    writes: boolean,
    findings: Findings,
    signal: AbortSignal,
): Promise<void> {
    const version = await findings.check('bambuddy', () => bambuddy.version(signal), READ);
    if (version === undefined) return;
    findings.ok('bambuddy', `Bambuddy ${version} at ${bambuddy.address}`, 'bambuddy', { version });

    const log = await findings.check('bambuddy-read', () => bambuddy.printLog({ limit: 1 }, signal), READ);
    if (log === undefined) return;
    if (log !== null)
        findings.ok('bambuddy-read', `The key reads the print log: ${log.total} prints`, 'readLog', {
            total: log.total,
        });
    else {
        const list = await findings.check('bambuddy-read', () => bambuddy.archives({ limit: 1 }, signal), READ);
        if (list === undefined) return;
        findings.ok('bambuddy-read', 'The key reads the archives; this Bambuddy has no print log', 'readArchives');
    }

    if (!writes) return;
    const may = await findings.check('bambuddy-write', () => bambuddy.mayWrite(signal), WRITE);
    if (may === true) findings.ok('bambuddy-write', 'The key may write the link back', 'canWrite');
    else if (may === false)
        findings.fail('bambuddy-write', 'The key may not write the link back', WRITE, 'cannotWrite');
}

/** A connection of a dialog's own; to be closed. @throws ConfigError for an address that cannot be one */
export function bambuddyAt({ address, secret, timeoutMs, insecure }: ServerTarget): BambuddyClient {
    return new BambuddyClient({
        url: address,
        webUrl: '',
        apiKey: secret,
        prefix: '',
        timeout: timeoutMs / 1000,
        insecure,
    });
}

export const bambuddyServer: ServerKind = {
    ...BAMBUDDY,
    id: 'bambuddy',
    node: { type: 'bambuddy-server', secret: 'apiKey', connection: ['url', 'webUrl', 'prefix', 'timeout', 'insecure'] },
    // a Bambuddy may have authentication off
    needsSecret: false,
    rightsOf: 'secret',
    isLinkedTo: true,
    // it tells everybody
    identity: {
        path: '/api/v1/updates/version',
        isPublic: true,
        read: (body) => {
            const answer = v.safeParse(versionSchema, body);
            return answer.success ? { version: answer.output.version } : null;
        },
    },
    test(target, findings, signal) {
        return checkBambuddy(closedBy(signal, bambuddyAt(target)), true, findings, signal);
    },
};
