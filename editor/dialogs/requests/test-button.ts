import type { Probe } from '../../../lib/admin/dialogs/wire';
import { shared, sharedOrNull } from '../texts';
import { problemElement } from './problems';
import { ask, whenGone, type Answer, type Asking } from './routes';
import { SERVERS } from '../server-kinds';
import { connectionShown } from './stores';

type TestRoute = `test/${string}`;
type Check = Probe['checks'][number];
type VerdictKind = 'well' | 'advice' | 'bad';

/**
 * The button that tries what the dialog of a server shows, and the place of its answer.
 * @param place an element of the dialog
 */
export function testButton(place: JQuery, server: EditorNode): void {
    const { id: kind, label } = SERVERS[server.type]!;
    const row = $('<div class="form-row print-to-stock-test">').appendTo(place);
    const test = $('<button type="button" class="red-ui-button">').appendTo(row);
    const icon = $('<i class="fa fa-plug" aria-hidden="true">').appendTo(test);
    $('<span>').text(shared('test.button')).appendTo(test);
    const cancel = $('<button type="button" class="red-ui-button">').text(shared('test.cancel')).hide().appendTo(row);
    const result = $('<div class="print-to-stock-result" role="status" aria-live="polite">').hide().appendTo(place);
    let running: Asking<TestRoute> | null = null;

    const show = (...content: JQuery[]): void => void result.empty().append(content).show();

    function stop(): void {
        running?.stop();
        running = null;
        test.prop('disabled', false).removeAttr('aria-busy');
        icon.attr('class', 'fa fa-plug');
        cancel.hide();
    }

    async function run(): Promise<void> {
        const mine = (running = ask(`test/${kind}`, connectionShown(server)));
        test.prop('disabled', true).attr('aria-busy', 'true');
        icon.attr('class', 'fa fa-refresh fa-spin');
        cancel.show();
        show($('<div>').text(shared('test.running', { server: label })));
        const answer = await mine.answer;
        if (running !== mine) return;
        const hadFocus = document.activeElement === cancel[0];
        running = null;
        stop();
        if (hadFocus) test.trigger('focus');
        show(...testResult(answer, kind, label));
    }

    test.on('click', () => void run());
    cancel.on('click', () => {
        stop();
        show($('<div>').text(shared('test.cancelled')));
        test.trigger('focus');
    });
    whenGone(row, stop);
}

/**
 * What a test found, a line for each thing.
 * @param kind of the server, as in its route
 * @param label what people call the server
 */
export function testResult(answer: Answer<TestRoute>, kind: string, label: string): JQuery[] {
    const { server, address, checks = [], problem, ms } = answer;
    const lines: JQuery[] = [];
    if (server) {
        const known = { server: server.name || label, version: server.version ?? '', api: server.api };
        const text = shared(server.api ? 'test.answersApi' : 'test.answers', known);
        lines.push(verdict('well', text, `${ms ?? ''} ms`).attr('title', address));
    }
    for (const check of checks) {
        if (!isTold(check, kind, answer)) lines.push(verdict(check.ok ? 'well' : 'bad', checkText(check)));
    }
    if (problem) lines.push(verdict(problem.advice ? 'advice' : 'bad', problemElement(problem)));
    return lines;
}

/** The server itself is said above, where it says who it is to everybody, and what is the problem with all it takes to mend it below. */
const isTold = ({ key, ok }: Check, kind: string, { server, problem }: Answer<TestRoute>): boolean =>
    (Boolean(server) && key === kind) ||
    (!ok && Boolean(problem) && ['failed', TOLD_AS[key] ?? key].includes(problem!.kind)) ||
    (!ok && key === 'failed');

const checkText = ({ name, key, values }: Check): string => sharedOrNull(`check.${key}`, values) ?? name;

/** Findings that the problem made of them calls otherwise. */
const TOLD_AS: Readonly<Record<string, string>> = { rightsMissing: 'rights' };
const ICONS: Readonly<Record<VerdictKind, string>> = {
    well: 'fa-check',
    advice: 'fa-info-circle',
    bad: 'fa-exclamation-triangle',
};

function verdict(kind: VerdictKind, what: string | JQuery, aside = ''): JQuery {
    const line = $('<div class="print-to-stock-verdict">').addClass(`print-to-stock-${kind}`);
    $('<i class="fa" aria-hidden="true">').addClass(ICONS[kind]).appendTo(line);
    $('<span class="print-to-stock-unseen">')
        .text(`${shared(`test.${kind}`)} `)
        .appendTo(line);
    line.append(typeof what === 'string' ? $('<span>').text(what) : what);
    if (aside) $('<span class="print-to-stock-aside">').text(aside).appendTo(line);
    return line;
}
