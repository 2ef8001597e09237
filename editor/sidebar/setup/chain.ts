// The steps of one set-up, and what is made of them.
import type { FlowNode, SetupKind } from '../../../lib/admin/setup/wire';
import { button, make } from '../page/elements';
import { t } from '../page/texts';
import type { Edit } from './flows';
import { configNodes, type Gaps } from './gaps';
import { KINDS } from './kinds';
import { PlaceForm } from './place-form';
import { planOf, type Answers, type ServerAnswer } from './plan';
import { ServerForm } from './server-form';
import { ShopForm } from './shop-form';
import { Step } from './step';

const LAST = 2;

/** What goes into the editor. */
export interface Plan {
    added: readonly FlowNode[];
    edits: readonly Edit[];
}

export class Chain {
    readonly element: HTMLElement;
    /** id of its sync store, once it is planned; empty: it has none */
    store = '';
    private readonly servers: readonly ServerForm[];
    private readonly place: PlaceForm | null;
    private readonly shop: ShopForm | null;
    private readonly steps: readonly Step[];
    private reached = 0;

    /**
     * @param example its nodes as they are shipped
     * @param gaps a chain that is there; null: a new one
     * @param finish all is entered
     */
    constructor(
        readonly kind: SetupKind,
        private readonly example: readonly FlowNode[],
        private readonly gaps: Gaps | null,
        finish: () => void,
    ) {
        const { servers, last } = KINDS[kind];
        this.servers = servers.map(
            (type, n) =>
                new ServerForm(
                    type,
                    this.example.find((node) => node.type === type) ?? {},
                    gaps?.servers[type] ?? null,
                    () => this.open(n + 1),
                ),
        );
        this.place = last === 'place' ? new PlaceForm(() => this.servers[1]!.connection, placesOf(gaps)) : null;
        this.shop = last === 'shop' ? new ShopForm() : null;
        const end = make('div', {}, [
            this.place?.element ?? this.shop?.element,
            make('p', { class: 'pts-hint', text: this.promise }),
            make('div', { class: 'pts-setup-buttons' }, [
                button(
                    t(this.deploys ? 'setup.finish' : 'setup.create'),
                    { primary: true, 'data-act': 'finish' },
                    finish,
                ),
            ]),
        ]);
        const bodies = [...this.servers.map((form) => form.element), end];
        const focus = [...this.servers, this.place ?? this.shop!].map((form) => () => form.focus());
        this.steps = bodies.map((body, n) => {
            const below = this.servers[n]?.result ?? null;
            const of = servers[n] ?? last;
            return new Step(n, of, t(`setup.step.${of}`), body, below, () => this.open(n), focus[n]!);
        });
        this.element = make(
            'ol',
            { class: 'pts-setup-steps' },
            this.steps.map(({ element }) => element),
        );
    }

    /** Opens the first step that has something to fill in. */
    begin(): void {
        this.reached = this.gaps?.step ?? 0;
        this.open(this.reached);
    }

    last(): void {
        this.open(LAST);
    }

    /** @returns null where something is missing, which the step says */
    async plan(): Promise<Plan | null> {
        const nodes = (await this.place?.answer()) ?? this.shop?.answer() ?? null;
        if (nodes === null || !((await this.place?.createTemplates()) ?? true)) return null;
        const answers: Answers = { servers: this.servers.map(({ answer }) => answer), nodes };
        return this.gaps === null ? this.fresh(answers) : this.filledIn(this.gaps, answers);
    }

    private get deploys(): boolean {
        return !RED.nodes.dirty() && RED.user.hasPermission('flows.write');
    }

    /** What will be made, before it is. */
    private get promise(): string {
        const what = this.gaps === null ? t(`setup.promise.${this.kind}`) : t('setup.promise.fill');
        return this.deploys ? what : `${what} ${t('setup.promise.notDeployed')}`;
    }

    private open(n: number): void {
        this.reached = Math.max(this.reached, n);
        this.steps.forEach((step, each) => {
            const state = each === n ? 'open' : each < this.reached ? 'done' : 'ahead';
            step.show(state, this.servers[each]?.summary ?? '');
        });
        if (n === LAST) void this.place?.begin();
        this.steps[n]?.focus();
        this.toTop(n);
    }

    /** In a low sidebar the step that is open is seen from its head on. */
    private toTop(n: number): void {
        const { parentElement: box } = this.element.parentElement ?? {};
        const step = this.steps[n]?.element;
        if (box && step) box.scrollTop = step.offsetTop - 4;
    }

    private fresh(answers: Answers): Plan {
        const configs = configNodes();
        const tabs: string[] = [];
        RED.nodes.eachWorkspace(({ label }) => void tabs.push(label));
        const texts = (name: string): string[] =>
            configs.flatMap((node) => (typeof node[name] === 'string' ? [node[name]] : []));
        const added = planOf(this.example, answers, {
            newId: () => RED.nodes.id(),
            tabs,
            prefixes: texts('prefix'),
            store: this.kind === 'octoprint' ? storeOf(answers.servers, configs) : null,
            info: t(`setup.info.${this.kind}`),
        });
        this.store = added.find(({ type }) => type === 'sync-store')?.id ?? storeOf(answers.servers, configs) ?? '';
        return { added, edits: [] };
    }

    /** Of a chain that is there: what was entered goes into its nodes; a server that is missing is added. */
    private filledIn({ store, servers, places }: Gaps, answers: Answers): Plan {
        this.store = store.id;
        const missing = answers.servers.filter(({ type }) => servers[type] === undefined);
        const added = planOf(
            this.example.filter(({ type }) => missing.some((server) => server.type === type)),
            answers,
            { newId: () => RED.nodes.id(), tabs: [], prefixes: [], store: null, info: '' },
        );
        const edits: Edit[] = answers.servers.flatMap(({ type, settings, secrets }) => {
            const node = servers[type];
            return node === undefined ? [] : [{ node, settings, secrets }];
        });
        for (const node of places) edits.push({ node, settings: answers.nodes[node.type] ?? {}, secrets: {} });
        const named = Object.fromEntries(
            added.flatMap(({ id, type }) => (type in PROPERTY_OF ? [[PROPERTY_OF[type]!, id] as const] : [])),
        );
        if (Object.keys(named).length > 0) edits.push({ node: store, settings: named, secrets: {} });
        return { added, edits };
    }
}

/** What the last step asks for. */
function placesOf(gaps: Gaps | null): { category: boolean; location: boolean } {
    const lacks = (type: string): boolean => gaps === null || gaps.places.some((node) => node.type === type);
    return { category: lacks('inventree-part-upsert'), location: lacks('inventree-stock-create') };
}

/** Where a sync store names its servers. */
const PROPERTY_OF: Readonly<Record<string, string>> = {
    'bambuddy-server': 'bambuddy',
    'inventree-server': 'inventree',
};

/** A sync store of the InvenTree that was chosen: one serves several OctoPrints. */
function storeOf(servers: readonly ServerAnswer[], configs: readonly EditorNode[]): string | null {
    const inventree = servers.find(({ type }) => type === 'inventree-server')?.id ?? '';
    if (inventree === '') return null;
    return configs.find((node) => node.type === 'sync-store' && node['inventree'] === inventree)?.id ?? null;
}
