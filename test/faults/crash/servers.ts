import { BambuddySimulator } from '../../simulators/bambuddy';
import { InvenTreeSimulator } from '../../simulators/inventree';
import type { Connection } from '../../harness/project';

/** How the history names the entry of a new item. */
const CREATED = 'Stock item created';

export interface Ports {
    bambuddy: number;
    inventree: number;
}

/** The two servers of a case. Each case has its own, in the state that a servers before it was left in. */
export class CaseServers {
    private constructor(
        readonly ports: Ports,
        readonly bambuddy: BambuddySimulator,
        readonly inventree: InvenTreeSimulator,
    ) {}

    /**
     * @param before the servers whose state this one takes over; it may be closed
     * @param version Bambuddy's
     */
    static async open(ports: Ports, before: CaseServers | null, version?: string): Promise<CaseServers> {
        const bambuddy = new BambuddySimulator({ port: ports.bambuddy, version });
        const inventree = new InvenTreeSimulator({ port: ports.inventree });
        const servers = new CaseServers(ports, bambuddy, inventree);
        if (before === null) servers.addDefaults();
        else servers.takeOver(before);
        await Promise.all([bambuddy.listen(), inventree.listen()]);
        return servers;
    }

    async close(): Promise<void> {
        await Promise.all([this.bambuddy.close(), this.inventree.close()]);
    }

    get connection(): Connection {
        return {
            bambuddyUrl: this.bambuddy.url,
            apiKey: this.bambuddy.apiKey,
            inventreeUrl: this.inventree.url,
            token: this.inventree.token,
            category: [...this.inventree.state.categories.keys()][0]!,
            location: [...this.inventree.state.locations.keys()][0]!,
        };
    }

    /** StockItems that were ever made here, by the histories; those of a deleted Part left none. */
    get itemsMade(): number {
        const { tracking, trackingOfGone } = this.inventree.state;
        const entries = [...trackingOfGone, ...tracking.values()].flat();
        return entries.filter(({ label }) => label === CREATED).length;
    }

    /** Text of the servers before, with its addresses made ours. */
    moved(text: string, before: Ports): string {
        return text
            .replaceAll(`127.0.0.1:${before.bambuddy}`, `127.0.0.1:${this.ports.bambuddy}`)
            .replaceAll(`127.0.0.1:${before.inventree}`, `127.0.0.1:${this.ports.inventree}`);
    }

    private addDefaults(): void {
        const { bambuddy, inventree } = this;
        bambuddy.addPrinter({ name: 'P1S Workshop', model: 'P1S' });
        inventree.addCategory({ name: '3D prints' });
        inventree.addLocation({ name: 'Shelf A' });
        inventree.addTemplate({ name: 'Weight', units: 'g' });
        inventree.addTemplate({ name: 'PrintTime', units: '' });
    }

    private takeOver(before: CaseServers): void {
        const [from, to] = [before.inventree.state, this.inventree.state];
        for (const kind of ['categories', 'locations', 'templates'] as const) {
            for (const [pk, row] of from[kind]) (to[kind] as Map<number, unknown>).set(pk, structuredClone(row));
        }
        for (const part of from.parts.values()) to.addPart(structuredClone(part));
        for (const item of from.stock.values()) to.addStock(structuredClone(item));
        for (const parameter of from.parameters.values()) to.addParameter(structuredClone(parameter));
        for (const [path, bytes] of from.media) to.media.set(path, bytes);
        for (const [pk, entries] of from.tracking) to.tracking.set(pk, structuredClone(entries));
        to.trackingOfGone.push(...structuredClone(from.trackingOfGone));
        Object.assign(to.nextPk, from.nextPk);

        const [old, own] = [before.bambuddy.state, this.bambuddy.state];
        for (const [id, printer] of old.printers) own.printers.set(id, structuredClone(printer));
        for (const archive of old.archives.values()) {
            const row = own.insertArchive(rowLike(archive));
            if (row.external_url !== null) row.external_url = this.moved(row.external_url, before.ports);
        }
        for (const run of old.runs.values()) own.insertRun(rowLike(run));
    }
}

/** A copy of the same class. */
function rowLike<T extends object>(row: T): T {
    return Object.assign(Object.create(Object.getPrototypeOf(row) as object) as T, structuredClone({ ...row }));
}
