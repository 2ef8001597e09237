import { BambuddyClient } from '../../clients/bambuddy/client';
import type { PrintServerName } from '../../http/errors';
import { InvenTreeClient } from '../../clients/inventree/client';
import { OLDEST_API } from '../../clients/inventree/api-version';
import { redactor } from '../../http/redact';
import { sanitizeLink } from '../../text/inventree-text';
import { checkBambuddy } from '../diagnostics/bambuddy-checks';
import { Findings, type KeyedFinding } from '../diagnostics/findings';
import { checkInvenTree } from '../diagnostics/inventree-checks';
import { checkOctoPrint } from '../diagnostics/octoprint-checks';
import type { Target } from './connection';
import { inTime } from './deadline';
import { identify } from './identify';
import { octoPrintAt } from './octoprint-key';
import { aboutServer, problem, problemOf, ProblemError, type Problem, type ProblemKind } from './problem';
import type { Identity, Probe } from './wire';

/** Looks at a server with connections of its own, which are closed afterwards. Changes nothing there. */
export async function probe(target: Target, gone: AbortSignal): Promise<Probe> {
    const began = performance.now();
    const about = aboutServer(target.server, target.address);
    const findings = new Findings();
    const ended = new AbortController();
    let server: Identity | null = null;
    let found: Problem | null = null;
    const look = async (): Promise<void> => {
        server = await identify(target);
        mustBeUsable(server, target);
        await check(target, findings, ended.signal);
    };
    try {
        await inTime(look(), target.timeoutMs, about, gone);
        found = problemAmong(findings.list, about);
    } catch (error) {
        found = problemOf(error, about);
    } finally {
        ended.abort();
    }
    checkWebAddress(target, server, findings);
    found ??= problemAmong(findings.list, about);
    if (found?.kind === 'unauthorized' && target.secret === '') found = problem('noSecret', about, found.message);
    const clean = cleanerOf(target.secret);
    const checks = findings.list.map(({ name, ok, key, values }) => ({ name, ok, key, values: clean(values) }));
    return {
        ok: found === null || found.advice,
        address: target.address,
        server,
        checks,
        problem: found === null ? null : withoutSecret(found, target.secret),
        ms: Math.round(performance.now() - began),
    };
}

function mustBeUsable(server: Identity | null, { address, server: name, secret }: Target): void {
    const about = aboutServer(name, address);
    if (server?.api !== undefined && server.api < OLDEST_API) {
        const values = { ...about, version: `${server.version} (API ${server.api})`, needed: `API ${OLDEST_API}` };
        throw new ProblemError(problem('tooOld', values));
    }
    // a Bambuddy may have authentication off
    if (name === 'InvenTree' && secret === '') throw new ProblemError(problem('noSecret', about));
}

async function check(target: Target, findings: Findings, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await CHECKS[target.server](target, findings, signal);
}

type Check = (target: Target, findings: Findings, signal: AbortSignal) => Promise<void>;

const CHECKS: Readonly<Record<PrintServerName, Check>> = {
    Bambuddy: (target, findings, signal) => {
        const client = new BambuddyClient({ ...settingsOf(target), apiKey: target.secret, prefix: '' });
        return checkBambuddy(closedBy(signal, client), true, findings, signal);
    },
    InvenTree: (target, findings, signal) => {
        const client = new InvenTreeClient({ ...settingsOf(target), ...INVENTREE, token: target.secret });
        return checkInvenTree(closedBy(signal, client), NO_PLAN, findings, signal);
    },
    OctoPrint: (target, findings, signal) => checkOctoPrint(closedBy(signal, octoPrintAt(target)), findings, signal),
};

function settingsOf({ address, timeoutMs, insecure }: Target): {
    url: string;
    webUrl: string;
    timeout: number;
    insecure: boolean;
} {
    return { url: address, webUrl: '', timeout: timeoutMs / 1000, insecure };
}

function closedBy<T extends { close(): void }>(signal: AbortSignal, client: T): T {
    signal.addEventListener('abort', () => client.close(), { once: true });
    return client;
}

/** Of no matter to a look. The base of the web pages is not learned: that would be one request more. */
export const INVENTREE = { uploadTimeout: 1, writes: 1, reads: 4, frontend: 'web' };
const NO_PLAN = { steps: [], categories: [], locations: [], templates: [] };

/** InvenTree refuses links to hosts without a dot: Bambuddy's pages are linked from there. */
function checkWebAddress({ server: name, webAddress }: Target, server: Identity | null, findings: Findings): void {
    if (name !== 'Bambuddy' || server === null || sanitizeLink(webAddress) !== null) return;
    const { host } = new URL(webAddress);
    findings.fail('web-address', `InvenTree takes no links to ${host}`, '', 'singleLabel', { host });
}

/** A finding that is wrong, as a problem; the worst first. */
function problemAmong(findings: readonly KeyedFinding[], about: Problem['values']): Problem | null {
    const problems = findings.filter(({ ok }) => !ok).map((finding) => problemOfFinding(finding, about));
    return problems.find(({ advice }) => !advice) ?? problems[0] ?? null;
}

/** What a finding that is wrong is called as a problem. */
const FOUND: Readonly<Record<string, ProblemKind>> = {
    rightsMissing: 'rights',
    cannotWrite: 'cannotWrite',
    noPicture: 'noPicture',
    singleLabel: 'singleLabel',
};

function problemOfFinding({ key, values, failure, text }: KeyedFinding, about: Problem['values']): Problem {
    if (failure === null) {
        return problem(FOUND[key] ?? 'failed', { ...about, ...values }, text);
    }
    return rightsOf(problemOf(failure, about));
}

/** With InvenTree it is the user who lacks a right, not the token. */
export function rightsOf(found: Problem): Problem {
    const { kind, values, message } = found;
    return kind === 'forbidden' && values['server'] === 'InvenTree'
        ? problem('rights', { missing: '?', ...values }, message)
        : found;
}

/** What a server says back may hold what it was told. */
export function withoutSecret(found: Problem, secret: string): Problem {
    const clean = cleanerOf(secret);
    const { message } = clean({ message: found.message });
    return { ...found, message: String(message), values: clean(found.values) };
}

function cleanerOf(secret: string): (values: Problem['values']) => Problem['values'] {
    const redact = redactor([secret]);
    const clean = (text: string): string => {
        const redacted = redact(text);
        // one too short to be blanked out in every text
        return secret !== '' && redacted.includes(secret) ? '' : redacted;
    };
    return (values) =>
        Object.fromEntries(
            Object.entries(values).map(([name, value]) => [
                name,
                typeof value === 'string' && !OWN_WORDS.includes(name) ? clean(value) : value,
            ]),
        );
}

const OWN_WORDS = ['server', 'secret', 'found', 'host', 'address', 'needed', 'name'];
