import { problemElement } from './problems.js';
import { ask, whenGone } from './routes.js';
import { connectionShown } from './stores.js';

const PAUSE_MS = 1000;

/**
 * The button that asks OctoPrint for a key, which a person then allows in OctoPrint's own window.
 * @param place an element of the dialog
 * @param t the texts of the node
 */
export function keyButton(place, server, t) {
    const row = $('<div class="form-row print-to-stock-test">').appendTo(place);
    const button = $('<button type="button" class="red-ui-button">').appendTo(row);
    $('<i class="fa fa-handshake-o" aria-hidden="true">').appendTo(button);
    $('<span>').text(t('label.ask')).appendTo(button);
    const result = $('<div class="print-to-stock-result" role="status" aria-live="polite">').hide().appendTo(place);
    let running = null;
    let timer = null;

    const show = (what) =>
        result
            .empty()
            .append(typeof what === 'string' ? $('<div>').text(what) : problemElement(what))
            .show();

    function stop() {
        clearTimeout(timer);
        running?.stop();
        running = null;
    }

    async function told(route, body) {
        running = ask(route, body);
        const mine = running;
        const answer = await mine.answer;
        return running === mine ? answer : null;
    }

    async function wait(request) {
        const answer = await told('octoprint-key/decision', { request });
        if (answer === null) return;
        if (answer.state === 'waiting') timer = setTimeout(() => void wait(request), PAUSE_MS);
        else if (answer.state === 'granted') {
            $('#node-config-input-apiKey').val(answer.key).trigger('change');
            show(t('state.granted'));
        } else show(answer.problem ?? t('state.denied'));
    }

    async function begin() {
        stop();
        show(t('state.asking'));
        const answer = await told('octoprint-key/ask', connectionShown(server));
        if (answer === null) return;
        if (answer.problem) return show(answer.problem);
        show(t('state.waiting'));
        void wait(answer.request);
    }

    button.on('click', () => void begin());
    whenGone(row, stop);
}
