import { problemElement, type ShownProblem } from './problems';
import { ask, whenGone, type Answer, type Asking } from './routes';
import { connectionShown, type ShownConnection } from './stores';

const PAUSE_MS = 1000;

type KeyRoute = 'octoprint-key/ask' | 'octoprint-key/decision';

/** The button in the dialog of a server. @param place an element of the dialog @param t the texts of the node */
export function keyButton(place: JQuery, server: EditorNode, t: Translate): void {
    askForKey(
        place,
        t,
        () => connectionShown(server),
        (key) => {
            $('#node-config-input-apiKey').val(key).trigger('change');
        },
    );
}

/**
 * The button that asks OctoPrint for a key, which a person then allows in OctoPrint's own window.
 * @param place where the button goes
 * @param t the texts of the node of an OctoPrint
 * @param connection () → the OctoPrint to ask
 * @param take is given the key
 */
export function askForKey(
    place: JQuery,
    t: Translate,
    connection: () => ShownConnection,
    take: (key: string) => void,
): void {
    const row = $('<div class="form-row print-to-stock-test">').appendTo(place);
    const button = $('<button type="button" class="red-ui-button">').appendTo(row);
    $('<i class="fa fa-handshake-o" aria-hidden="true">').appendTo(button);
    $('<span>').text(t('label.ask')).appendTo(button);
    const result = $('<div class="print-to-stock-result" role="status" aria-live="polite">').hide().appendTo(place);
    let running: Asking<KeyRoute> | null = null;
    let timer: number | undefined;

    const show = (what: string | ShownProblem): void =>
        void result
            .empty()
            .append(typeof what === 'string' ? $('<div>').text(what) : problemElement(what))
            .show();

    function stop(): void {
        clearTimeout(timer);
        running?.stop();
        running = null;
    }

    /** @returns null where something else was asked meanwhile */
    async function told<R extends KeyRoute>(route: R, body: object): Promise<Answer<R> | null> {
        const mine = ask(route, body);
        running = mine;
        const answer = await mine.answer;
        return running === mine ? answer : null;
    }

    async function wait(request: string): Promise<void> {
        const answer = await told('octoprint-key/decision', { request });
        if (answer === null) return;
        if (answer.state === 'waiting') timer = setTimeout(() => void wait(request), PAUSE_MS);
        else if (answer.state === 'granted') {
            take(answer.key ?? '');
            show(t('state.granted'));
        } else show(answer.problem ?? t('state.denied'));
    }

    async function begin(): Promise<void> {
        stop();
        show(t('state.asking'));
        const answer = await told('octoprint-key/ask', connection());
        if (answer === null) return;
        if (answer.problem) return void show(answer.problem);
        show(t('state.waiting'));
        void wait(answer.request ?? '');
    }

    button.on('click', () => void begin());
    whenGone(row, stop);
}
