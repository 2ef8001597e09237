import { Findings, type KeyedFinding } from '../../clients/findings';
import type { ServerKind } from '../../clients/server-kind';
import { SERVER_KINDS } from '../../clients/server-kinds';
import { redactor } from '../../http/redact';
import { sanitizeLink } from '../../text/inventree-text';
import type { Target } from './connection';
import { inTime } from './deadline';
import { identify } from './identify';
import { aboutServer, problem, problemOf, ProblemError, type Problem, type ProblemKind } from './problem';
import type { Identity, Probe } from './wire';

/**
 * Looks at a server with connections of its own, which are closed afterwards. Changes nothing there.
 * @param kinds which servers may stand there instead
 */
export async function probe(
    target: Target,
    gone: AbortSignal,
    kinds: readonly ServerKind[] = SERVER_KINDS,
): Promise<Probe> {
    const began = performance.now();
    const about = aboutServer(target.kind, target.address);
    const findings = new Findings(target.kind.secret);
    const ended = new AbortController();
    let server: Identity | null = null;
    let found: Problem | null = null;
    const look = async (): Promise<void> => {
        server = await identify(target, kinds);
        mustBeUsable(server, target);
        if (!ended.signal.aborted) await target.kind.test(target, findings, ended.signal);
    };
    try {
        await inTime(look(), target.timeoutMs, about, gone);
        found = problemAmong(findings.list, target);
    } catch (error) {
        found = problemOf(error, about);
    } finally {
        ended.abort();
    }
    checkWebAddress(target, server, findings);
    found ??= problemAmong(findings.list, target);
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

function mustBeUsable(server: Identity | null, { address, kind, secret }: Target): void {
    const about = aboutServer(kind, address);
    const { oldestApi } = kind;
    if (oldestApi !== undefined && server?.api !== undefined && server.api < oldestApi) {
        const values = { ...about, version: `${server.version} (API ${server.api})`, needed: `API ${oldestApi}` };
        throw new ProblemError(problem('tooOld', values));
    }
    if (kind.needsSecret && secret === '') throw new ProblemError(problem('noSecret', about));
}

/** InvenTree refuses links to hosts without a dot. */
function checkWebAddress({ kind, webAddress }: Target, server: Identity | null, findings: Findings): void {
    if (!kind.isLinkedTo || server === null || sanitizeLink(webAddress) !== null) return;
    const { host } = new URL(webAddress);
    findings.fail('web-address', `InvenTree rejects links to ${host}`, '', 'singleLabel', { host });
}

/** A finding that is wrong, as a problem; the worst first. */
function problemAmong(findings: readonly KeyedFinding[], target: Target): Problem | null {
    const problems = findings.filter(({ ok }) => !ok).map((finding) => problemOfFinding(finding, target));
    return problems.find(({ advice }) => !advice) ?? problems[0] ?? null;
}

/** What a finding that is wrong is called as a problem. */
const FOUND: Readonly<Record<string, ProblemKind>> = {
    rightsMissing: 'rights',
    cannotWrite: 'cannotWrite',
    noPicture: 'noPicture',
    singleLabel: 'singleLabel',
};

function problemOfFinding({ key, values, failure, text }: KeyedFinding, { kind, address }: Target): Problem {
    const about = aboutServer(kind, address);
    if (failure === null) return problem(FOUND[key] ?? 'failed', { ...about, ...values }, text);
    return rightsOf(kind, problemOf(failure, about));
}

/** Of some servers it is the user who lacks a right, not the secret. */
export function rightsOf({ rightsOf: whose }: ServerKind, found: Problem): Problem {
    const { kind, values, message } = found;
    return kind === 'forbidden' && whose === 'user' ? problem('rights', { missing: '?', ...values }, message) : found;
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
