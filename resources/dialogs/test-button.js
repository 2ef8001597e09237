import { problemElement } from './problems.js';
import { ask, whenGone } from './routes.js';
import { connectionShown } from './stores.js';
import { shared, sharedOrNull } from './texts.js';

const KINDS = {
    'bambuddy-server': { route: 'test/bambuddy', server: 'Bambuddy' },
    'inventree-server': { route: 'test/inventree', server: 'InvenTree' },
};

/**
 * The button that tries what the dialog of a server shows, and the place of its answer.
 * @param place an element of the dialog
 */
export function testButton(place, server) {
    const { route, server: serverLabel } = KINDS[server.type];
    const row = $('<div class="form-row print-to-stock-test">').appendTo(place);
    const test = $('<button type="button" class="red-ui-button">').appendTo(row);
    const icon = $('<i class="fa fa-plug" aria-hidden="true">').appendTo(test);
    $('<span>').text(shared('test.button')).appendTo(test);
    const cancel = $('<button type="button" class="red-ui-button">').text(shared('test.cancel')).hide().appendTo(row);
    const result = $('<div class="print-to-stock-result" role="status" aria-live="polite">').hide().appendTo(place);
    let running = null;

    const show = (...content) => result.empty().append(content).show();

    function stop() {
        running?.stop();
        running = null;
        test.prop('disabled', false).removeAttr('aria-busy');
        icon.attr('class', 'fa fa-plug');
        cancel.hide();
    }

    async function run() {
        running = ask(route, connectionShown(server));
        const mine = running;
        test.prop('disabled', true).attr('aria-busy', 'true');
        icon.attr('class', 'fa fa-refresh fa-spin');
        cancel.show();
        show($('<div>').text(shared('test.running', { server: serverLabel })));
        const answer = await mine.answer;
        if (running !== mine) return;
        const hadFocus = document.activeElement === cancel[0];
        running = null;
        stop();
        if (hadFocus) test.trigger('focus');
        show(...resultOf(answer, serverLabel));
    }

    test.on('click', () => void run());
    cancel.on('click', () => {
        stop();
        show($('<div>').text(shared('test.cancelled')));
        test.trigger('focus');
    });
    whenGone(row, stop);
}

function resultOf({ server, address, checks = [], problem, ms }, serverLabel) {
    const lines = [];
    if (server) {
        const known = { server: server.name || serverLabel, version: server.version, api: server.api };
        const text = shared(server.api ? 'test.answersApi' : 'test.answers', known);
        lines.push(verdict(true, text, [address, ms === undefined ? '' : `${ms} ms`].filter(Boolean).join(' · ')));
    }
    for (const check of checks) lines.push(verdict(check.ok === true, checkText(check, serverLabel)));
    if (problem) lines.push(verdict(false, problemElement(problem, { server: serverLabel, address })));
    return lines;
}

const checkText = ({ name, key, values }, server) =>
    sharedOrNull(key || `check.${name}`, { server, ...values }) ??
    sharedOrNull(`check.${key}`, { server, ...values }) ??
    name;

function verdict(well, what, aside = '') {
    const line = $('<div class="print-to-stock-verdict">').toggleClass('print-to-stock-bad', !well);
    $('<i aria-hidden="true">')
        .addClass(well ? 'fa fa-check' : 'fa fa-exclamation-triangle')
        .appendTo(line);
    $('<span class="print-to-stock-unseen">')
        .text(`${shared(well ? 'test.well' : 'test.bad')} `)
        .appendTo(line);
    const text = typeof what === 'string' ? $('<span>').text(what) : what;
    line.append(text);
    if (aside) $('<span class="print-to-stock-aside">').text(aside).appendTo(line);
    return line;
}
