import { problemElement, type ShownProblem } from './problems';
import { ask, whenGone, type Answer, type Asking } from './routes';
import { connectionShown } from './stores';

const PAUSE_MS = 1000;
const CALLBACK = 'print-to-stock/vk-sign-in/callback';

type SignInRoute = 'vk-sign-in/begin' | 'vk-sign-in/landing' | 'vk-sign-in/result';

/** Where this editor would have VK send the browser back to. */
function ownCallback(): string {
    const root = RED.settings.apiRootUrl || document.location.pathname;
    return new URL(CALLBACK, new URL(root.endsWith('/') ? root : `${root}/`, document.location.href)).href;
}

/**
 * Signs a person in at VK ID: a button that opens VK's page, and a field for the address that the browser landed on, where
 * VK does not take the address of this editor. What VK gives goes into the dialog's password fields.
 * @param place an element of the dialog
 * @param t the texts of the node
 */
export function vkSignIn(place: JQuery, server: EditorNode, t: Translate): void {
    const line = (label: string, icon: string, id: string): JQuery => {
        const row = $('<div class="form-row">').appendTo(place);
        const name = $('<label>').attr('for', id).appendTo(row);
        $('<i aria-hidden="true">').addClass(`fa ${icon}`).appendTo(name);
        name.append(' ', $('<span>').text(label));
        // the space that the other rows have between label and field
        row.append(' ');
        return $('<input type="text" autocomplete="off">').attr('id', id).appendTo(row);
    };
    const hint = (text: string): void => void $('<div class="print-to-stock-hint">').text(text).appendTo(place);
    const button = (text: string, icon: string): JQuery => {
        const row = $('<div class="form-row print-to-stock-test">').appendTo(place);
        const made = $('<button type="button" class="red-ui-button">').appendTo(row);
        $('<i aria-hidden="true">').addClass(`fa ${icon}`).appendTo(made);
        $('<span>').text(text).appendTo(made);
        return made;
    };

    const redirect = line(t('label.redirect'), 'fa-reply', 'vk-community-redirect').val(ownCallback());
    hint(t('hint.redirect'));
    const begin = button(t('label.signIn'), 'fa-sign-in');
    const pasted = line(t('label.landing'), 'fa-clipboard', 'vk-community-landing');
    hint(t('hint.landing'));
    const use = button(t('label.useLanding'), 'fa-check');
    const result = $('<div class="print-to-stock-result" role="status" aria-live="polite">').hide().appendTo(place);
    let running: Asking<SignInRoute> | null = null;
    let timer: number | undefined;
    /** of the sign-in that was begun last; null: none is under way */
    let state: string | null = null;

    const show = (...what: (string | JQuery | ShownProblem)[]): void => {
        const lines = what.map((each) =>
            typeof each === 'string' ? $('<div>').text(each) : 'kind' in each ? problemElement(each) : each,
        );
        result.empty().append(lines).show();
    };

    function stop(): void {
        clearTimeout(timer);
        running?.stop();
        running = null;
    }

    /** @returns null where something else was asked meanwhile */
    async function told<R extends SignInRoute>(route: R, body: object): Promise<Answer<R> | null> {
        const mine = ask(route, body);
        running = mine;
        const answer = await mine.answer;
        return running === mine ? answer : null;
    }

    async function wait(asked: string): Promise<void> {
        const answer = await told('vk-sign-in/result', { state: asked });
        if (answer === null) return;
        if (answer.state === 'waiting') {
            timer = setTimeout(() => void wait(asked), PAUSE_MS);
            return;
        }
        state = null;
        if (answer.state !== 'done') return void show(answer.problem ?? t('state.ended'));
        for (const name of ['accessToken', 'refreshToken', 'deviceId'] as const)
            $(`#node-config-input-${name}`)
                .val(answer[name] ?? '')
                .trigger('change');
        pasted.val('');
        show(t('state.done'));
    }

    async function start(): Promise<void> {
        stop();
        // a window that is opened later than the click is held back
        const page = window.open('about:blank', '_blank');
        if (page) page.opener = null;
        show(t('state.begun'));
        const body = {
            ...connectionShown(server),
            clientId: $('#node-config-input-clientId').val(),
            redirectUri: redirect.val().trim(),
        };
        const answer = await told('vk-sign-in/begin', body);
        if (answer === null || answer.problem || !answer.url || !answer.state) {
            page?.close();
            if (answer?.problem) show(answer.problem);
            return;
        }
        if (page) page.location.href = answer.url;
        const link = $('<a target="_blank" rel="noopener noreferrer">').attr('href', answer.url).text(t('state.open'));
        show(t('state.waiting'), $('<div>').append(link));
        state = answer.state;
        void wait(answer.state);
    }

    async function land(): Promise<void> {
        const mine = state;
        stop();
        const answer = await told('vk-sign-in/landing', { address: pasted.val().trim() });
        if (answer === null) return;
        if (answer.problem) return void show(answer.problem);
        if (mine === null || !answer.isKnown) return void show(t('state.unknown'));
        void wait(mine);
    }

    begin.on('click', () => void start());
    use.on('click', () => void land());
    whenGone(place, stop);
}
