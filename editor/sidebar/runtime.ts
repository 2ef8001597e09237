// What is asked of the runtime. Paths are relative: then the editor adds its token.
import type {
    ParkedPage,
    Place,
    PreviewPage,
    PrinterCard,
    PrintPage,
    PrintState,
    StoreOverview,
    WebhookOverview,
} from '../../lib/admin/sidebar/wire';
import type { Figures, PrintGroups } from '../../lib/admin/prints/wire';
import { barBounds, limitsOf, type Days } from './figures/period';
import type { FlowNode, SetupKind } from '../../lib/admin/setup/wire';
import { say, t } from './page/texts';

const STORES = 'print-to-stock/sidebar/stores';
const SETUP = 'print-to-stock/sidebar/setup';
const WEBHOOKS = 'print-to-stock/sidebar/webhooks';
const DIAGNOSTICS = 'print-to-stock/sidebar/diagnostics';

/** An answer, or the request that failed. */
export type Answered<T> = { body: T; failed: null } | { body: null; failed: JQueryRequest };

export interface Asking<T> {
    /** never rejected */
    answer: Promise<Answered<T>>;
    /** the work that the runtime does for it ends, too */
    stop: () => void;
}

/** Which prints of a store are listed. */
export interface Filter {
    /** empty: all */
    states: readonly PrintState[];
    /** of the prints that a person is asked about these alone; null: all */
    only: 'held' | 'offered' | null;
    search: string;
    /** null: all */
    printer: string | null;
    material: string | null;
    days: Days;
    /** the import whose prints these are; missing: of all */
    imported?: string;
}

/** Whether some prints are left out. */
export function isFiltered({ states, only, search, printer, material, days }: Filter): boolean {
    const { from, to } = limitsOf(days);
    return [only, printer, material, from, to].some((each) => each !== null) || states.length > 0 || search !== '';
}

/** As an address has it. Days are those of now: "today" is another day tomorrow. */
function queryOf({ states, only, search, printer, material, days, imported }: Filter): Record<string, string> {
    const { from, to } = limitsOf(days);
    return {
        states: states.join(','),
        only: only ?? '',
        search,
        printer: printer ?? '',
        material: material ?? '',
        from: from?.toISOString() ?? '',
        to: to?.toISOString() ?? '',
        ...(imported === undefined ? {} : { imported }),
    };
}

/** What came of an action; `waiting`: it goes on. */
export interface Done {
    waiting?: boolean;
}

/** What came of an action on webhooks. */
interface DoneWithWebhooks {
    count: number;
}

export function request<T>(settings: JQuerySettings): Asking<T> {
    const asked = $.ajax<T>(settings);
    const answer = new Promise<Answered<T>>((resolve) => {
        asked.done((body) => resolve({ body, failed: null })).fail((failed) => resolve({ body: null, failed }));
    });
    return { answer, stop: () => asked.abort() };
}

export function post<T>(url: string, body: object): Asking<T> {
    return request({
        url,
        method: 'POST',
        contentType: 'application/json',
        data: JSON.stringify(body),
        dataType: 'json',
    });
}

const storePath = (store: string): string => `${STORES}/${encodeURIComponent(store)}`;
const webhookPath = (webhook: string): string => `${WEBHOOKS}/${encodeURIComponent(webhook)}`;

export const runtime = {
    stores: () => request<{ stores: StoreOverview[] }>({ url: STORES, dataType: 'json', cache: false }),

    /** @param after where the page begins; null: at the newest */
    prints(store: string, filter: Filter, after: Place | null, limit: number): Asking<PrintPage> {
        const place: Record<string, string> = after === null ? {} : { after: after.batch, afterTime: after.time };
        const data = { ...queryOf(filter), limit, ...place };
        return request({ url: `${storePath(store)}/prints`, data, dataType: 'json' });
    },

    /** What the prints of a filter add up to, with a bar for each of the last days that it means. */
    figures(store: string, filter: Filter): Asking<Figures> {
        const bounds = barBounds(filter.days).map((each) => each.toISOString());
        const data = { ...queryOf(filter), days: bounds.join(',') };
        return request({ url: `${storePath(store)}/figures`, data, dataType: 'json', cache: false });
    },

    /** By what prints can be chosen. */
    groups: (store: string) =>
        request<PrintGroups>({ url: `${storePath(store)}/groups`, dataType: 'json', cache: false }),

    /** The prints of a filter as a table (CSV). A link could not carry the token. */
    csv: (store: string, filter: Filter) =>
        request<Blob>({
            url: `${storePath(store)}/prints.csv`,
            data: queryOf(filter),
            cache: false,
            xhrFields: { responseType: 'blob' },
        }),

    /** A picture as a blob; undefined where there is none. An img could not carry the token. */
    thumbnail: (store: string, batch: string) =>
        request<Blob | undefined>({
            url: `${storePath(store)}/thumbnail`,
            data: { batch },
            xhrFields: { responseType: 'blob' },
        }),

    /** What the last pass through the history of a source listed. */
    preview: (store: string, source: string, after: number | null, limit: number) =>
        request<PreviewPage>({
            url: `${storePath(store)}/preview`,
            data: { source, after: after ?? 0, limit },
            dataType: 'json',
            cache: false,
        }),

    previewPicture: (store: string, source: string, archive: number) =>
        request<Blob | undefined>({
            url: `${storePath(store)}/preview/picture`,
            data: { source, archive },
            xhrFields: { responseType: 'blob' },
        }),

    /** The printers with a job. */
    printing: (store: string) =>
        request<{ printers: PrinterCard[] }>({ url: `${storePath(store)}/printing`, dataType: 'json', cache: false }),

    /** @param of the picture as the card of the printer has it */
    jobPicture: (store: string, of: string) =>
        request<Blob | undefined>({
            url: `${storePath(store)}/printing/picture`,
            data: { of },
            xhrFields: { responseType: 'blob' },
        }),

    /** @param keep what stays in the report: `names`, `addresses` */
    diagnostics: (keep: readonly string[]) =>
        request<object>({ url: DIAGNOSTICS, data: { keep: keep.join(',') }, dataType: 'json', cache: false }),

    webhooks: () => request<{ webhooks: WebhookOverview[] }>({ url: WEBHOOKS, dataType: 'json', cache: false }),

    parkedWebhooks: (webhook: string, after: string | null, limit: number) =>
        request<ParkedPage>({
            url: `${webhookPath(webhook)}/parked`,
            data: after === null ? { limit } : { limit, after },
            dataType: 'json',
            cache: false,
        }),

    actOnWebhook: (webhook: string, action: object) =>
        post<DoneWithWebhooks>(`${webhookPath(webhook)}/actions`, action),
};

/** The nodes of the example that a set-up begins with. */
export const example = (kind: SetupKind): Asking<{ nodes: FlowNode[] }> =>
    request({ url: `${SETUP}/${kind}`, dataType: 'json' });

/** Why a request failed, for a person. */
export function whyOf({ status, responseJSON }: JQueryRequest): string {
    if (status === 401 || status === 403) return t('problem.notAllowed');
    const { detail } = (responseJSON ?? {}) as { detail?: string };
    return detail || t(status === 0 ? 'problem.noRuntime' : 'problem.unknown');
}

/** Asks a store for an action. @returns undefined where it failed: why is shown */
export function act(store: string, action: object): Promise<Done | undefined> {
    return answered(post<Done>(`${storePath(store)}/actions`, action));
}

/** Waits for the answer to an action. @returns undefined where it failed: why is shown */
export async function answered<T>({ answer }: Asking<T>): Promise<T | undefined> {
    const { body, failed } = await answer;
    if (failed === null) return body;
    const why = whyOf(failed);
    notify(why, 'error', 8000);
    say(why);
    return undefined;
}

/** A text in Node-RED's own notices, which take HTML. */
export function notify(text: string, type: 'success' | 'error', timeout: number): void {
    RED.notify($('<span>').text(text).html(), { type, timeout });
}
