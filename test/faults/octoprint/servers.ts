import { OctoPrintSimulator } from '../../simulators/octoprint';
import { InvenTreeSimulator } from '../../simulators/inventree';
import { picture } from '../../simulators/bambuddy';
import type { ProofResult } from '../result';

export const FILE = 'box/lid.gcode';
const FILAMENT = { seconds: 5400, length: 11_299, volume: 0 };

/** An OctoPrint whose prints are made while Node-RED looks, or while it is off; and an InvenTree. */
export class OctoPrintServers {
    readonly octoprint: OctoPrintSimulator;
    readonly inventree: InvenTreeSimulator;

    constructor(ports: { octoprint?: number; inventree?: number } = {}) {
        this.octoprint = new OctoPrintSimulator({ port: ports.octoprint });
        this.inventree = new InvenTreeSimulator({ port: ports.inventree });
        this.octoprint.picture = picture(1);
        this.octoprint.upload('old.gcode', { content: 'old' });
        this.octoprint.print('old.gcode', { silent: true });
        this.octoprint.upload(FILE, { content: 'lid', analysis: FILAMENT });
        this.inventree.addCategory({ name: '3D prints' });
        this.inventree.addLocation({ name: 'Shelf A' });
        this.inventree.addTemplate({ name: 'Weight', units: 'g' });
        this.inventree.addTemplate({ name: 'PrintTime', units: '' });
    }

    async open(): Promise<void> {
        await Promise.all([this.octoprint.listen(), this.inventree.listen()]);
    }

    async close(): Promise<void> {
        await Promise.all([this.octoprint.close(), this.inventree.close()]);
    }

    /**
     * At the third look at all files: "from now on" is on the disk by then, also where the process died once before, and
     * the socket stands. The history is written after the event, as OctoPrint does it.
     */
    printWhenLooked(): void {
        let looks = 0;
        this.octoprint.interfere = ({ method, url }) => {
            if (method === 'GET' && url.startsWith('/api/files?') && ++looks === 3) {
                setTimeout(() => this.octoprint.print(FILE, { seconds: 5400, logLater: true }), 200);
                setTimeout(() => this.octoprint.logLast(), 300);
            }
            return undefined;
        };
    }

    get successes(): number {
        return this.octoprint.files.rows.get(FILE)!.history.filter(({ success }) => success).length;
    }

    /** Every success of the file is one item, of one Part; nothing else is there. */
    check(result: ProofResult, what: string, wantsPicture: boolean): void {
        const find = (kind: 'lost' | 'duplicated' | 'wrong', text: string): void => {
            result[kind]++;
            result.findings.push(`${what}: ${text}`);
        };
        const { stock, parts, templates } = this.inventree.state;
        const items = [...stock.values()];
        const codes = items.map(({ batch }) => batch);
        if (items.length < this.successes)
            find('lost', `${items.length} items for ${this.successes} prints: ${codes.join()}`);
        if (items.length > this.successes)
            find('duplicated', `${items.length} items for ${this.successes} prints: ${codes.join()}`);
        if (new Set(codes).size < codes.length) find('duplicated', `a code twice: ${codes.join()}`);
        if (parts.size > 1) find('duplicated', `${parts.size} Parts`);
        const marks = items.map(({ notes }) => notes?.split('\n')[0] ?? '');
        if (marks.some((mark) => !mark.startsWith(`OctoPrint file ${FILE}, finished `)))
            find('wrong', `marks: ${marks.join()}`);
        const [part] = parts.values();
        if (part === undefined) return;
        if (wantsPicture && part.image === null) find('wrong', 'the Part has no picture');
        for (const [name, data] of [
            ['Weight', '33.7'],
            ['PrintTime', '1h 30m'],
        ] as const) {
            const template = [...templates.values()].find((each) => each.name === name)!;
            const found = this.inventree.state.parameterOf(part.pk, template.pk)?.data;
            if (found !== data) find('wrong', `${name} is ${found ?? 'missing'}`);
        }
    }
}
