// A server in the set-up: one that is there, or what a person enters of a new one, tried before it goes on.
import { button, fill, make } from '../page/elements';
import { say, t } from '../page/texts';
import { takable } from './gaps';
import { SERVER_FORMS } from './kinds';
import type { ServerAnswer } from './plan';
import { field, shared, tick } from './step';

/** What a new config node begins with, from the example. */
type Defaults = Readonly<Record<string, unknown>>;

export class ServerForm {
    readonly element: HTMLElement;
    private readonly inputs: readonly {
        name: string;
        secret: boolean;
        optional: boolean;
        hint: boolean;
        input: HTMLInputElement;
    }[];
    private readonly chooser: HTMLSelectElement;
    private readonly fields: HTMLElement;
    private readonly insecure = make('input', {});
    private readonly insecureRow = tick(t('setup.insecure'), this.insecure);
    /** what the test found; it stays in sight when the step is done */
    readonly result = make('div', { class: 'pts-setup-result', role: 'status', hidden: true });
    private readonly test = button(t('setup.test'), { primary: true, 'data-act': 'test' }, () => void this.run());
    private readonly skip = button(t('setup.skip'), { 'data-act': 'skip' }, () => this.done());
    private running: { stop: () => void } | null = null;

    /**
     * @param type of its config node
     * @param defaults what a new one has
     * @param filled one that is there and lacks something; null: a new one, or one to choose
     * @param next goes on
     */
    constructor(
        readonly type: string,
        private readonly defaults: Defaults,
        private readonly filled: EditorNode | null,
        private readonly next: () => void,
    ) {
        const { fields } = SERVER_FORMS[type]!;
        const texts = shared().textsOf(type);
        this.inputs = fields.map(({ name, secret, optional = false, hint = false, placeholder }) => ({
            name,
            secret,
            optional,
            hint,
            input: make('input', {
                type: secret ? 'password' : 'text',
                autocomplete: secret ? 'new-password' : 'off',
                spellcheck: 'false',
                placeholder,
                'data-field': name,
                on: { keydown: (event) => this.pressed(event), input: () => this.typed() },
            }),
        }));
        const labelOf = (name: string): string =>
            name === 'url' ? shared().shared('label.url') : texts(`label.${name}`);
        this.fields = make(
            'div',
            {},
            this.inputs.map(({ name, hint, input }) =>
                field(labelOf(name), input, hint ? t(`setup.hint.${type}.${name}`) : ''),
            ),
        );
        this.chooser = make('select', {
            class: 'pts-setup-existing',
            'aria-label': t('setup.existing'),
            on: { change: () => this.show() },
        });
        const there = filled === null ? takable(type) : [];
        this.chooser.append(
            ...there.map((node) => make('option', { value: node.id, text: RED.utils.getNodeLabel(node, node.id) })),
            make('option', { value: '', text: t('setup.another') }),
        );
        this.chooser.hidden = there.length === 0;
        if (filled !== null)
            for (const { name, secret, input } of this.inputs) if (!secret) input.value = text(filled[name]);
        this.insecureRow.hidden = true;
        this.skip.hidden = true;
        this.element = make('div', {}, [
            this.chooser,
            this.fields,
            type === 'octoprint-server' ? this.keyRow() : null,
            this.insecureRow,
            make('div', { class: 'pts-setup-buttons' }, [this.test, this.skip]),
        ]);
        this.show();
    }

    focus(): void {
        if (this.chooser.value !== '') this.test.focus();
        else this.inputs.find(({ input }) => input.value === '')?.input.focus();
    }

    get summary(): string {
        const node = this.existing;
        const address =
            node === null ? this.value('url') || this.value('groupId') : RED.utils.getNodeLabel(node, node.id);
        return address.replace(/^https?:\/\//, '').replace(/\/$/, '');
    }

    get answer(): ServerAnswer {
        const chosen = this.existing;
        if (chosen !== null && this.filled === null)
            return { type: this.type, id: chosen.id, settings: {}, secrets: {} };
        const of = (secret: boolean): Record<string, string> =>
            Object.fromEntries(
                this.inputs
                    .filter((each) => each.secret === secret)
                    .map(({ name, input }) => [name, input.value.trim()]),
            );
        return {
            type: this.type,
            id: this.filled?.id ?? '',
            settings: { ...of(false), ...(this.insecure.checked ? { insecure: true } : {}) },
            secrets: of(true),
        };
    }

    /** As the routes of the dialogs take it. */
    get connection(): ReturnType<ReturnType<typeof shared>['connectionOf']> {
        const { connectionOf, MASK } = shared();
        const { id, settings, secrets } = this.answer;
        if (id !== '' && this.filled === null) return connectionOf(id);
        const [secret = ''] = Object.values(secrets);
        return {
            timeout: 30,
            insecure: false,
            ...textsOf(this.defaults),
            ...settings,
            id,
            // of one that is there the stored secret, where none is typed
            secret: secret === '' && id !== '' ? MASK : secret,
        };
    }

    private get existing(): EditorNode | null {
        return this.filled ?? (this.chooser.value === '' ? null : (RED.nodes.node(this.chooser.value) ?? null));
    }

    private value(name: string): string {
        return this.inputs.find((each) => each.name === name)?.input.value.trim() ?? '';
    }

    private show(): void {
        this.fields.hidden = this.chooser.value !== '';
        this.forgetTest();
    }

    private typed(): void {
        this.forgetTest();
    }

    private forgetTest(): void {
        this.running?.stop();
        this.running = null;
        this.busy(false);
        this.skip.hidden = true;
        fill(this.result, []);
    }

    private pressed(event: KeyboardEvent): void {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        const empty = this.inputs.find(({ input, optional }) => input.value.trim() === '' && !optional);
        if (empty !== undefined && empty.input !== event.target) return empty.input.focus();
        void this.run();
    }

    private async run(): Promise<void> {
        const { ask, testResult, SERVERS } = shared();
        const empty = this.fields.hidden
            ? undefined
            : this.inputs.find(({ input, optional }) => !optional && input.value.trim() === '');
        if (empty !== undefined && !(this.filled !== null && empty.secret)) return void this.require(empty.input);
        const { test } = SERVER_FORMS[this.type]!;
        const mine = ask(`test/${test}`, this.connection ?? {});
        this.running = mine;
        this.busy(true);
        fill(this.result, [
            make('p', { text: shared().shared('test.running', { server: SERVERS[this.type]!.label }) }),
        ]);
        const answer = await mine.answer;
        if (this.running !== mine) return;
        this.running = null;
        this.busy(false);
        fill(
            this.result,
            testResult(answer, test, SERVERS[this.type]!.label).flatMap((line) => line.toArray()),
        );
        say(this.result.textContent);
        const { ok = false, problem } = answer;
        this.insecureRow.hidden = problem?.kind.startsWith('certificate') !== true && !this.insecure.checked;
        this.skip.hidden = ok || !SERVER_FORMS[this.type]!.untested;
        if (ok) this.done();
        else if (problem?.kind === 'unauthorized' || problem?.kind === 'noSecret') this.inputs.at(-1)?.input.focus();
        // in a low sidebar it is out of sight, below the button
        if (!ok) this.result.scrollIntoView({ block: 'nearest' });
    }

    private require(input: HTMLInputElement): void {
        input.setAttribute('aria-invalid', 'true');
        input.focus();
        fill(this.result, [make('p', { class: 'pts-failed', text: t('setup.required') })]);
    }

    private done(): void {
        for (const { input } of this.inputs) input.removeAttribute('aria-invalid');
        this.next();
    }

    private busy(is: boolean): void {
        this.test.disabled = is;
        this.test.setAttribute('aria-busy', String(is));
    }

    /** OctoPrint hands out a key when a person allows it there. */
    private keyRow(): HTMLElement {
        const place = make('div', { class: 'pts-setup-key' });
        const { askForKey, textsOf: texts } = shared();
        askForKey(
            $(place),
            texts('octoprint-server'),
            () => this.connection ?? { id: '', timeout: 30, insecure: false, secret: '' },
            (key) => {
                const input = this.inputs.find(({ secret }) => secret)?.input;
                if (input) input.value = key;
                this.test.focus();
            },
        );
        return place;
    }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The settings of the example's node that a connection takes. */
function textsOf(defaults: Defaults): Record<string, string> {
    const names = [
        'url',
        'webUrl',
        'prefix',
        'frontend',
        'authorization',
        'groupId',
        'apiVersion',
        'ca',
        'snapshotUrl',
    ];
    return Object.fromEntries(
        names.flatMap((name) => (typeof defaults[name] === 'string' ? [[name, defaults[name]] as const] : [])),
    );
}
