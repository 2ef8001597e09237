// Older prints and the comparison: each a panel that a button opens in the place of the list, and whose source they are about.
import type { SourceOverview } from '../../lib/admin/sidebar/wire';
import { Comparison } from './history/comparison';
import { History } from './history/history';
import { button, make } from './page/elements';
import { sourceName, t } from './page/texts';

interface Panel {
    name: string;
    box: HTMLElement;
    toggle: HTMLButtonElement;
    content: { element: HTMLElement; show: (source: SourceOverview, store: string) => void };
}

export class Panels {
    /** the buttons that open them */
    readonly toggles: readonly HTMLElement[];
    readonly elements: readonly HTMLElement[];
    private readonly history: History;
    private readonly panels: readonly Panel[];
    private store = '';
    private sources: readonly SourceOverview[] = [];
    /** a history runs: it was shown once */
    private running = false;
    private readonly chooser = make('select', {
        class: 'pts-source',
        'aria-label': t('source.choose'),
        on: { change: () => this.showOpen() },
    });

    /**
     * @param act asks a source for an action
     * @param changed called when a panel has opened in the place of the list, or was closed
     */
    constructor(
        act: (source: string, action: object) => void,
        private readonly changed: () => void,
    ) {
        this.history = new History(act);
        this.panels = [
            this.panel('history', 'fa-history', this.history),
            this.panel('compare', 'fa-exchange', new Comparison(act)),
        ];
        this.toggles = this.panels.map(({ toggle }) => toggle);
        this.elements = [this.chooser, ...this.panels.map(({ box }) => box)];
    }

    /** @param sources those of the store; one without a history has nothing to import or to compare with */
    show(store: string, sources: readonly SourceOverview[]): void {
        this.store = store;
        this.sources = sources;
        const historic = sources.filter(({ history }) => history);
        for (const { toggle } of this.panels) toggle.hidden = historic.length === 0;
        const options = historic.map((source) => make('option', { value: source.id, text: sourceName(source) }));
        const chosen = this.chooser.value;
        this.chooser.replaceChildren(...options);
        this.chooser.value = historic.some(({ id }) => id === chosen) ? chosen : (historic[0]?.id ?? '');
        this.showOpen();
    }

    /** Another store is shown. */
    forgetChoice(): void {
        this.chooser.value = '';
    }

    /** The list is shown again. */
    close(): void {
        for (const { name, box } of this.panels) if (!box.hidden) this.toggle(name, false);
    }

    openHistory(): void {
        this.toggle('history', true);
        this.history.preview.focus();
    }

    /** Begins a preview of the older prints of the source that is shown. */
    preview(): void {
        if (!this.history.preview.disabled) this.history.preview.click();
    }

    /** Brings what is open up to date. */
    showOpen(): void {
        const source = this.sources.find(({ id }) => id === this.chooser.value);
        const open = this.panels.filter(({ box }) => !box.hidden);
        this.chooser.hidden = this.chooser.options.length < 2 || open.length === 0;
        if (source === undefined) {
            for (const { name } of open) this.toggle(name, false);
            return;
        }
        // a history that runs is shown, whoever began it
        const runs = source.backfill !== null;
        if (runs && !this.running) {
            this.running = true;
            if (this.isClosed('history')) this.toggle('history', true);
        }
        this.running = runs;
        for (const { box, content } of this.panels) if (!box.hidden) content.show(source, this.store);
    }

    private panel(name: string, sign: string, content: Panel['content']): Panel {
        const id = `pts-panel-${name}`;
        const box = make('section', { class: 'pts-panel', id, 'aria-label': t(`tool.${name}`), hidden: true }, [
            content.element,
        ]);
        const toggle = button(
            t(`tool.${name}`),
            { icon: sign, 'aria-expanded': 'false', 'aria-controls': id, 'data-act': name },
            () => this.toggle(name),
        );
        return { name, box, toggle, content };
    }

    private isClosed(name: string): boolean {
        return this.panels.some((panel) => panel.name === name && panel.box.hidden);
    }

    /** A panel stands in the place of the list. */
    get isOpen(): boolean {
        return this.panels.some(({ box }) => !box.hidden);
    }

    /** One panel at a time: there is little room. */
    private toggle(name: string, open = this.isClosed(name)): void {
        for (const { name: each, box, toggle } of this.panels) {
            box.hidden = each !== name || !open;
            toggle.setAttribute('aria-expanded', String(!box.hidden));
            toggle.classList.toggle('selected', !box.hidden);
        }
        this.changed();
        this.showOpen();
    }
}
