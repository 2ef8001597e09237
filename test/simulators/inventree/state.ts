import { Accounts } from './access';
import { has } from './dialect';
import { branchOf, IndexedRows } from './rows';
import { createSettings } from './settings-table';
import type {
    Attachment,
    Build,
    Category,
    CategoryParameter,
    Location,
    Parameter,
    Part,
    PriceBreak,
    Setting,
    StockItem,
    Template,
    TrackingEntry,
} from './types';

const kinds = ['category', 'location', 'part', 'stock', 'template', 'parameter', 'attachment', 'other'] as const;
export type Kind = (typeof kinds)[number];

/** Everything the server has stored. Parts and stock are changed through `change`, so that the look-ups follow. */
export class State {
    apiVersion: number;
    readonly accounts = new Accounts();
    readonly categories = new Map<number, Category>();
    readonly locations = new Map<number, Location>();
    readonly templates = new Map<number, Template>();
    readonly categoryParameters = new Map<number, CategoryParameter>();
    readonly attachments = new Map<number, Attachment>();
    readonly priceBreaks = new Map<number, PriceBreak>();
    readonly builds = new Map<number, Build>();
    /** how long the background worker takes for an output; 0: none runs, it is done at once */
    workerMs = 0;
    readonly settings: Map<string, Setting>;
    /** uploaded files by their path below /media/ */
    readonly media = new Map<string, Buffer>();
    /** metadata by `part:17` or `stockitem:2` */
    readonly metadata = new Map<string, Record<string, unknown>>();
    /** tracking entries by StockItem, oldest first */
    readonly tracking = new Map<number, TrackingEntry[]>();
    /** those of items that are gone, oldest first */
    readonly trackingOfGone: TrackingEntry[] = [];
    /** what no well-behaved client does: deleting, lowering a quantity, overwriting what a person set */
    readonly violations: string[] = [];
    /** goes up with every change: lists that were sorted before are good as long as it stays */
    revision = 0;
    readonly nextPk = Object.fromEntries(kinds.map((kind) => [kind, 1])) as Record<Kind, number>;

    private readonly partRows = new IndexedRows<Part>({
        ipn: (part) => part.IPN.toLowerCase(),
        identity: (part) => identityOf(part),
        image: (part) => part.image ?? '',
    });
    private readonly stockRows = new IndexedRows<StockItem>({
        batch: (item) => item.batch?.toLowerCase() ?? '',
        part: (item) => String(item.part),
        parent: (item) => String(item.parent ?? ''),
    });
    private readonly parameterRows = new IndexedRows<Parameter>({
        part: (parameter) => String(parameter.part),
        slot: (parameter) => `${parameter.part}:${parameter.template}`,
    });
    readonly parts: ReadonlyMap<number, Part> = this.partRows.byPk;
    readonly stock: ReadonlyMap<number, StockItem> = this.stockRows.byPk;
    readonly parameters: ReadonlyMap<number, Parameter> = this.parameterRows.byPk;

    constructor(apiVersion: number) {
        this.apiVersion = apiVersion;
        this.settings = createSettings();
    }

    /** The next free pk, or the one that is asked for. */
    pk(kind: Kind, wanted?: number): number {
        const pk = wanted ?? this.nextPk[kind];
        this.nextPk[kind] = Math.max(this.nextPk[kind], pk + 1);
        return pk;
    }

    partsByIpn(ipn: string): Part[] {
        return this.partRows.find('ipn', ipn.toLowerCase());
    }

    /** (name, IPN, revision) is unique */
    partByIdentity(part: Pick<Part, 'name' | 'IPN' | 'revision'>): Part | undefined {
        return this.partRows.find('identity', identityOf(part))[0];
    }

    partsByImage(image: string): Part[] {
        return this.partRows.find('image', image);
    }

    stockByBatch(batch: string): StockItem[] {
        return this.stockRows.find('batch', batch.toLowerCase());
    }

    stockOf(part: number): StockItem[] {
        return this.stockRows.find('part', String(part));
    }

    /** items that were split off from an item */
    splitFrom(parent: number): StockItem[] {
        return this.stockRows.find('parent', String(parent));
    }

    parametersOf(part: number): Parameter[] {
        return this.parameterRows.find('part', String(part));
    }

    parameterOf(part: number, template: number): Parameter | undefined {
        return this.parameterRows.find('slot', `${part}:${template}`)[0];
    }

    templateByName(name: string): Template | undefined {
        return [...this.templates.values()].find((template) => template.name.toLowerCase() === name.toLowerCase());
    }

    addPart(part: Part): Part {
        this.revision++;
        return this.partRows.add(part);
    }

    changePart(part: Part, changes: Partial<Part>): Part {
        this.revision++;
        return this.partRows.change(part, changes);
    }

    /** As the database cascades: a Part takes its stock and its parameters with it. */
    removePart(part: Part): void {
        this.revision++;
        for (const item of this.stockOf(part.pk)) this.removeStock(item);
        const others = this.trackingOfGone.filter((entry) => entry.part !== part.pk);
        this.trackingOfGone.splice(0, Infinity, ...others);
        for (const parameter of this.parametersOf(part.pk)) this.parameterRows.remove(parameter);
        for (const { pk, part: of } of this.priceBreaks.values()) if (of === part.pk) this.priceBreaks.delete(pk);
        this.partRows.remove(part);
    }

    addStock(item: StockItem): StockItem {
        this.revision++;
        return this.stockRows.add(item);
    }

    changeStock(item: StockItem, changes: Partial<StockItem>): StockItem {
        this.revision++;
        return this.stockRows.change(item, { updated: new Date(), ...changes });
    }

    removeStock(item: StockItem): void {
        this.revision++;
        if (has(this.apiVersion, 'trackingOutlivesItems'))
            for (const entry of this.tracking.get(item.pk) ?? []) this.trackingOfGone.push({ ...entry, item: null });
        this.tracking.delete(item.pk);
        if (has(this.apiVersion, 'noStockTree'))
            for (const child of this.splitFrom(item.pk)) this.stockRows.change(child, { parent: item.parent });
        this.stockRows.remove(item);
    }

    addParameter(parameter: Parameter): Parameter {
        this.revision++;
        return this.parameterRows.add(parameter);
    }

    changeParameter(parameter: Parameter, changes: Partial<Parameter>): Parameter {
        this.revision++;
        return this.parameterRows.change(parameter, changes);
    }

    removeParameter(parameter: Parameter): void {
        this.revision++;
        this.parameterRows.remove(parameter);
    }

    setting(key: string): string | boolean {
        return this.settings.get(key)?.value ?? '';
    }

    /** pks of a category or location and of all below it */
    branch(rows: ReadonlyMap<number, { pk: number; parent: number | null }>, root: number): Set<number> {
        return branchOf(rows, root);
    }
}

function identityOf({ name, IPN, revision }: Pick<Part, 'name' | 'IPN' | 'revision'>): string {
    return [name, IPN, revision].join('\u0000');
}
