import type express from 'express';
import { Simulator, type SimulatorOptions } from '../simulator';
import { accountEndpoints } from './accounts';
import { ownerEndpoints } from './owners';
import { adjustmentEndpoints } from './adjustments';
import { addBuild, buildEndpoints } from './builds';
import { attachmentEndpoints } from './attachments';
import { barcodeEndpoints } from './barcodes';
import { readBody } from './body';
import { serveBrowser } from './browser';
import { send, serve } from './dispatch';
import type { Endpoint } from './endpoint';
import { crash, htmlPage, Refusal } from './errors';
import { imageEndpoints } from './images';
import { metadataEndpoints } from './metadata';
import { requestLineTooLong } from './pages';
import { parameterEndpoints } from './parameters';
import { newPart, newStockItem } from './part-rows';
import { partEndpoints } from './parts';
import { addPriceBreak, priceBreakEndpoints } from './price-breaks';
import { Person } from './person';
import { searchEndpoints } from './search';
import { settingEndpoints } from './settings';
import { State } from './state';
import { statusEndpoints } from './statuses';
import { stockEndpoints } from './stock';
import { track } from './stock-rows';
import { addTemplate, templateEndpoints } from './templates';
import { addCategory, addLocation, treeEndpoints } from './tree';
import type { Action, Build, Role, Category, Location, Part, PriceBreak, StockItem, Template, User } from './types';
import { WriteLock, type Locking } from './write-lock';

export interface InvenTreeOptions extends SimulatorOptions {
    /** 388 (0.18), 425 (1.2), 479 (1.4, the default) and 530 (1.5) were measured */
    apiVersion?: number;
    /** which writes fail that meet (default `sqlite`) */
    locking?: Locking;
    /** how long a write holds the database, milliseconds (default 2) */
    writeMs?: number;
    /** setting PART_ALLOW_DUPLICATE_IPN (default true, as the server's) */
    duplicateIpn?: boolean;
    /** setting PART_IPN_REGEX */
    ipnRegex?: string;
    /** setting PARAMETER_ENFORCE_UNITS (default true) */
    enforceUnits?: boolean;
    /** setting INVENTREE_STRICT_URLS (default true); off, links need no `http://` */
    strictUrls?: boolean;
}

const endpoints: Endpoint[] = [
    ...accountEndpoints,
    ...ownerEndpoints,
    ...treeEndpoints,
    ...imageEndpoints,
    ...priceBreakEndpoints,
    ...partEndpoints,
    ...statusEndpoints,
    ...stockEndpoints,
    ...adjustmentEndpoints,
    ...buildEndpoints,
    ...parameterEndpoints,
    ...templateEndpoints,
    ...metadataEndpoints,
    ...attachmentEndpoints,
    ...barcodeEndpoints,
    ...settingEndpoints,
    ...searchEndpoints,
];

/** gunicorn's limit for `GET /path HTTP/1.1` */
const longestRequestLine = 4094;

/** An InvenTree server as its API shows it, unfriendly sides included. */
export class InvenTreeSimulator extends Simulator {
    readonly state: State;
    /** someone at the frontend */
    readonly person: Person;
    readonly lock = new WriteLock();
    locking: Locking;
    writeMs: number;
    /**
     * On PostgreSQL: Parts that are made at the same time do not see one another. The same name and IPN is an
     * IntegrityError as 500, the same IPN alone is 201 for both, also where duplicates are forbidden (seen on 479 and 530).
     */
    racing = false;
    /** how long PostgreSQL takes to find a deadlock, milliseconds; with InvenTree's own retries 6 to 8 s were seen */
    deadlockMs = 1000;
    /** every answer is the maintenance page */
    maintenance = false;
    /** first step of the frontend's paths; /accounts/login/ leads there */
    frontendBase = 'web';
    /** a proxy stands before the server and gives out uploaded files */
    servesMedia = false;
    /** names by which the server may be called (ALLOWED_HOSTS) */
    readonly hosts = new Set(['127.0.0.1', 'localhost', '[::1]']);

    constructor(options: InvenTreeOptions = {}) {
        super(options);
        this.state = new State(options.apiVersion ?? 479);
        this.person = new Person(this.state);
        this.locking = options.locking ?? 'sqlite';
        this.writeMs = options.writeMs ?? 2;
        if (options.duplicateIpn !== undefined) this.set('PART_ALLOW_DUPLICATE_IPN', options.duplicateIpn);
        if (options.ipnRegex !== undefined) this.set('PART_IPN_REGEX', options.ipnRegex);
        if (options.enforceUnits !== undefined) this.set('PARAMETER_ENFORCE_UNITS', options.enforceUnits);
        if (options.strictUrls !== undefined) this.set('INVENTREE_STRICT_URLS', options.strictUrls);
        this.app.use((req, res, next) => {
            this.receive(req, res).then(() => next(), next);
        });
        for (const endpoint of endpoints) serve(this.app, endpoint, this);
        this.app.all(/^\/api\//, (req, res) => {
            const url = `http://${req.headers.host}${req.originalUrl}`;
            res.status(404).json({ detail: 'API endpoint not found', url });
        });
        serveBrowser(this.app, this);
        this.app.use((error: unknown, req: express.Request, res: express.Response, next: express.NextFunction) => {
            if (res.headersSent) next(error);
            else send(res, error instanceof Refusal ? error : crash('Exception', req.path));
        });
    }

    /** settable while it runs: the server is upgraded */
    get apiVersion(): number {
        return this.state.apiVersion;
    }

    set apiVersion(version: number) {
        this.state.apiVersion = version;
    }

    get users(): Record<'admin' | 'writer' | 'reader', User> {
        return this.state.accounts;
    }

    /** the writer's: may view, add and change Parts and stock, view categories and locations */
    get token(): string {
        return this.users.writer.token.key;
    }

    get adminToken(): string {
        return this.users.admin.token.key;
    }

    get readerToken(): string {
        return this.users.reader.token.key;
    }

    /** Gives the writer one more right, as an administrator does. */
    allow(role: Role, action: Action): void {
        const { writer } = this.users;
        writer.roles = { ...writer.roles, [role]: [...writer.roles[role], action] };
    }

    /** Changes a global setting. */
    set(key: string, value: string | boolean): void {
        this.state.settings.get(key)!.value = value;
    }

    addCategory(fields: Partial<Category> & { name: string }): Category {
        return addCategory(this.state, fields);
    }

    addLocation(fields: Partial<Location> & { name: string }): Location {
        return addLocation(this.state, fields);
    }

    addTemplate(fields: Partial<Template> & { name: string }): Template {
        return addTemplate(this.state, fields);
    }

    addPart(fields: Partial<Part> & { name: string }): Part {
        const part = newPart(this.state, { creation_user: this.users.admin.pk, ...fields });
        part.setByPerson.add('name');
        return this.state.addPart(part);
    }

    addStock(fields: Partial<StockItem> & { part: number; quantity: number }): StockItem {
        const item = this.state.addStock(newStockItem(this.state, fields));
        track(this.state, item, null, 'created');
        return item;
    }

    addBuild(fields: Partial<Build> & { part: number; quantity: number }): Build {
        return addBuild(this.state, fields);
    }

    addPriceBreak(fields: Partial<PriceBreak> & { part: number }): PriceBreak {
        return addPriceBreak(this.state, fields);
    }

    /** What stands before the application: the web server, allowed hosts, maintenance, content negotiation. */
    private async receive(req: express.Request, res: express.Response): Promise<void> {
        res.setHeader('Server', 'gunicorn');
        const requestLine = `${req.method} ${req.originalUrl} HTTP/1.1`.length;
        if (requestLine > longestRequestLine) {
            throw new Refusal(400, requestLineTooLong(requestLine, longestRequestLine));
        }
        const host = (req.headers.host ?? '').replace(/:\d+$/, '');
        if (!this.hosts.has(host)) throw htmlPage(400, 'Bad Request (400)');
        res.locals.parsed = await readBody(req, res);
        if (this.maintenance) throw htmlPage(503, 'Site is in maintenance', { 'Retry-After': '10' });
        const accept = req.headers.accept ?? '*/*';
        if (req.path.startsWith('/api/') && !/\*\/\*|application\/(\*|json)/.test(accept)) {
            throw new Refusal(406, { detail: 'Could not satisfy the request Accept header.' });
        }
    }
}
