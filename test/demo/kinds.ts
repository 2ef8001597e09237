import type { BambuddySimulator } from '../simulators/bambuddy';
import type { InvenTreeSimulator } from '../simulators/inventree';

/** The Bambuddy of the demo asks how a print came out. */
export const DEMO_BAMBUDDY = '1.2.5.7';
/** What the nodes are set to beside the example's own. */
export const DEMO_SETTINGS = {
    'bambuddy-archive-in': { interval: 2, settle: 0 },
    'inventree-stock-create': {
        version: 2,
        quantity: '1',
        quantityType: 'plate',
        pieces: [{ field: 'name', match: 'Clip*', pieces: '6' }],
        locationPerPrinter: true,
        price: 'filament',
        currency: 'EUR',
    },
    'inventree-image-upload': {
        version: 2,
        attachFile: true,
        attachMost: 50,
        attachPhoto: true,
        attachTimelapse: true,
        attachPage: true,
    },
};

const SPOOL = 'SPOOL-1';
const FULL = 1000;
const GRAMS = { clip: 12.5, lamp: 80 };
const JPEG = Buffer.from('ffd8ffe000104a464946', 'hex');
const WAIT_MS = 30_000;

/** A spool of filament, in Bambuddy and in InvenTree, and the right to make locations. @param category of its Part */
export function seedSpool(bambuddy: BambuddySimulator, inventree: InvenTreeSimulator, category: number): void {
    inventree.allow('stock_location', 'add');
    const part = inventree.addPart({ name: 'PLA orange', units: 'g', category });
    inventree.addStock({ part: part.pk, quantity: FULL, batch: SPOOL, delete_on_deplete: false });
    bambuddy.spools.add({ tag_uid: SPOOL });
}

/** A print of each kind: what a rule, a file, a spool, a printer and a person have to say of it. */
export class PrintsOfEachKind {
    private constructor(
        private readonly bambuddy: BambuddySimulator,
        private readonly inventree: InvenTreeSimulator,
        private readonly clip: number,
        private readonly lamp: number,
    ) {}

    static print(bambuddy: BambuddySimulator, inventree: InvenTreeSimulator): PrintsOfEachKind {
        const [printer] = bambuddy.state.printers.keys();
        const clip = bambuddy.print({
            name: 'Clip for cables',
            makerworldUrl: 'https://makerworld.com/en/models/7',
            cost: 0.3,
            printer,
            usage: [[1, GRAMS.clip]],
            fields: { timelapse_path: 'timelapses/1.mp4' },
        }).archiveId;
        bambuddy.addPhoto(clip, 'finish.jpg', JPEG);
        const lamp = bambuddy.print({ name: 'Lamp shade', printer, confirm: true, usage: [[1, GRAMS.lamp]] }).archiveId;
        return new PrintsOfEachKind(bambuddy, inventree, clip, lamp);
    }

    /** The lamp is asked about before it goes into stock. @returns what is not as it must be */
    async follow(tell: (text: string) => void): Promise<string[]> {
        tell(
            'Clip for cables: six pieces by a rule, its files, its filament and its cost; in the location of its printer',
        );
        const faults = await this.until('the clip and its filament', () => this.spoolLeft === FULL - GRAMS.clip);
        if (this.itemOf(this.lamp) !== undefined) faults.push('the lamp shade did not wait for its outcome');
        tell('Lamp shade: waits until somebody says in Bambuddy that it is good; now somebody does');
        this.bambuddy.tellOutcome(this.lamp, 'good');
        const left = FULL - GRAMS.clip - GRAMS.lamp;
        faults.push(...(await this.until('the lamp and its filament', () => this.spoolLeft === left)));
        return faults;
    }

    /** @returns what is not as it must be when all is done */
    faults(): string[] {
        const faults: string[] = [];
        const must = (what: string, holds: boolean): void => void (holds || faults.push(what));
        const { state } = this.inventree;
        const item = this.itemOf(this.clip);
        const place = item === undefined ? undefined : state.locations.get(item.location ?? 0);
        must(`${item?.quantity ?? 'no'} clips, not 6`, item?.quantity === 6);
        must('the clip is not in the location of its printer', place?.name === 'P1S Workshop' && place.parent !== null);
        must('the clip has no cost', item !== undefined && item.purchase_price !== null);
        must('the lamp shade is not in stock', this.itemOf(this.lamp) !== undefined);
        must(`${this.spoolLeft} g are left`, this.spoolLeft === FULL - GRAMS.clip - GRAMS.lamp);
        const all = [...state.attachments.values()];
        const own = all.filter(({ model_type, model_id }) =>
            model_type === 'part' ? model_id === item?.part : model_id === item?.pk,
        );
        const found = own.map(({ comment }) => comment.split(' ')[0]).sort();
        must(`attached to the clip: ${found.join(', ')}`, found.join() === '3MF,Model,Photo,Timelapse');
        const keys = all.map(({ model_type, model_id, comment, link }) =>
            [model_type, model_id, comment, link].join(' '),
        );
        must('something is attached twice', new Set(keys).size === keys.length);
        return faults;
    }

    private get spoolLeft(): number {
        return [...this.inventree.state.stock.values()].find(({ batch }) => batch === SPOOL)?.quantity ?? NaN;
    }

    private itemOf(archiveId: number): ReturnType<InvenTreeSimulator['addStock']> | undefined {
        return [...this.inventree.state.stock.values()].find(({ batch }) => batch === `bambuddy-${archiveId}`);
    }

    private async until(what: string, isThere: () => boolean): Promise<string[]> {
        for (const end = Date.now() + WAIT_MS; Date.now() < end; await new Promise((go) => setTimeout(go, 100)))
            if (isThere()) return [];
        return [`${what}: not there after ${WAIT_MS / 1000} s`];
    }
}
