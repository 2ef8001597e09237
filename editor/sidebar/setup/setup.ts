// The set-up: from addresses and keys to a running flow. Its steps one below the other; one is open at a time.
import type { SetupKind } from '../../../lib/admin/setup/wire';
import { button, fill, make } from '../page/elements';
import { mayWrite, t } from '../page/texts';
import { Chain } from './chain';
import type { Gaps } from './gaps';
import { deploy, type Deployed } from './deploy';
import { put, takeBack, unsaved, type Imported } from './flows';
import { KINDS } from './kinds';
import { Outcome } from './outcome';
import { exampleOf } from './example';

const KIND_ORDER: readonly SetupKind[] = ['bambuddy', 'octoprint', 'shop'];

/** What the tab does when the set-up is through. */
export interface SetupEnd {
    /** the set-up is closed */
    closed: () => void;
    /** leads to the older prints of a store, and begins a preview. @param store its id */
    history: (store: string) => void;
}

export const maySetUp = (): boolean => mayWrite();

export class Setup {
    readonly element: HTMLElement;
    private chain: Chain | null = null;
    private imported: Imported | null = null;
    private leaveDeploy: (() => void) | null = null;
    private asked = 0;
    private readonly kinds = make('div', {
        class: 'pts-setup-kinds',
        role: 'radiogroup',
        'aria-label': t('setup.what'),
    });
    private readonly steps = make('div', {});
    private readonly outcome: Outcome;

    constructor(private readonly end: SetupEnd) {
        this.outcome = new Outcome({
            deploy: () => this.deploy(),
            close: () => this.close(),
            again: () => this.again(),
            history: () => this.history(),
        });
        this.element = make(
            'section',
            { class: 'pts-setup print-to-stock', 'aria-label': t('setup.title'), hidden: true },
            [
                make('div', { class: 'pts-setup-head' }, [
                    make('h3', { text: t('setup.title') }),
                    button(t('setup.close'), { icon: 'fa-times', iconOnly: true, 'data-act': 'close-setup' }, () =>
                        this.close(),
                    ),
                ]),
                this.kinds,
                this.steps,
                this.outcome.element,
            ],
        );
    }

    get isOpen(): boolean {
        return !this.element.hidden;
    }

    /** @param gaps a chain that is there, and is to be filled in; null: a new one */
    open(gaps: Gaps | null = null): void {
        this.element.hidden = false;
        this.outcome.hide();
        fill(this.kinds, gaps === null ? KIND_ORDER.map((kind) => this.kindButton(kind)) : []);
        void this.begin(gaps?.kind ?? 'bambuddy', gaps);
    }

    private close(): void {
        this.leaveDeploy?.();
        this.element.hidden = true;
        this.chain = null;
        this.imported = null;
        fill(this.steps, []);
        this.end.closed();
    }

    private kindButton(kind: SetupKind): HTMLElement {
        const input = make('input', {
            type: 'radio',
            name: 'pts-setup-kind',
            value: kind,
            on: { change: () => void this.begin(kind, null) },
        });
        input.checked = kind === 'bambuddy';
        return make('label', { class: 'pts-setup-kind' }, [input, make('span', { text: t(`setup.kind.${kind}`) })]);
    }

    private async begin(kind: SetupKind, gaps: Gaps | null): Promise<void> {
        const mine = ++this.asked;
        this.outcome.hide();
        const { nodes, problem } = await exampleOf(kind);
        if (mine !== this.asked || !this.isOpen) return;
        if (nodes === null) return void fill(this.steps, [make('p', { class: 'pts-failed', text: problem })]);
        this.chain = new Chain(kind, nodes, gaps, () => void this.finish());
        fill(this.steps, [this.chain.element]);
        this.chain.begin();
    }

    /** All is entered: creates it, and deploys where nothing else would go out. */
    private async finish(): Promise<void> {
        const { chain } = this;
        if (chain === null) return;
        const plan = await chain.plan();
        if (plan === null) return;
        this.steps.hidden = true;
        this.kinds.hidden = true;
        this.outcome.working(t('setup.working'));
        const isClean = !RED.nodes.dirty();
        this.imported = put(plan.added, plan.edits);
        if (isClean && RED.user.hasPermission('flows.write')) this.deploy();
        else this.showImported();
    }

    private showImported(isAsked = false): void {
        const { ids } = this.imported ?? { ids: new Set<string>() };
        this.outcome.imported(unsaved(ids), RED.user.hasPermission('flows.write'), isAsked);
    }

    private deploy(): void {
        this.leaveDeploy?.();
        this.outcome.working(t('setup.deploying'));
        this.leaveDeploy = deploy((outcome) => this.told(outcome));
    }

    private told(outcome: Deployed): void {
        if (outcome.as === 'asked') return this.showImported(true);
        this.leaveDeploy = null;
        if (outcome.as === 'deployed') {
            const { kind } = this.chain ?? { kind: 'bambuddy' as const };
            return this.outcome.deployed(t(`setup.deployed.${kind}`), KINDS[kind].history);
        }
        const isBack = this.imported !== null && takeBack(this.imported);
        this.outcome.failed(outcome.status === 409 ? t('setup.failed.conflict') : outcome.why, isBack);
    }

    /** After a deploy that failed: what was entered is still there. */
    private again(): void {
        this.imported = null;
        this.outcome.hide();
        this.steps.hidden = false;
        this.kinds.hidden = this.kinds.childNodes.length === 0;
        this.chain?.last();
    }

    private history(): void {
        const store = this.chain?.store ?? '';
        this.close();
        this.end.history(store);
    }
}
