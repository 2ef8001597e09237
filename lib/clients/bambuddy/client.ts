import { serverAddress } from '../../http/address';
import { RejectedError } from '../../http/errors';
import { isReadable } from '../../http/checked';
import type { Guard } from '../../http/guard';
import type { Picture } from '../../http/picture-type';
import {
    archiveSchema,
    checked,
    printerSchema,
    projectSchema,
    tagSchema,
    readRows,
    runPage,
    hasArchives,
    UNREADABLE,
    type Archive,
    type ListedArchiveRow,
    type Printer,
    type RunPage,
} from './answers';
import * as v from 'valibot';
import { Connection, isGoneAnswer, type BambuddySettings } from './connection';
import { Download } from './download';
import { FilamentCalls } from './filament';
import { ImageToken } from './image-token';
import { GONE } from './own-form';
import { Pictures } from './pictures';
import { DatabaseClock, type UtcTime } from './times';
import { BAMBUDDY } from './server-traits';

export type { BambuddySettings };

export interface PrintLogQuery {
    /** inclusive, on the row's `created_at`; sent in UTC with `Z` (an offset is not converted on SQLite) */
    dateFrom?: string;
    dateTo?: string;
    status?: string;
    /** at most 500 */
    limit: number;
    offset?: number;
}

/** Bambuddy 1.2's HTTP interface, as far as we use it. Every call may throw what `Http.request` throws. */
export class BambuddyClient {
    /** without a trailing slash */
    readonly address: string;
    readonly prefix: string;
    /** how `created_at` is read; who reads lists teaches it */
    readonly databaseClock = new DatabaseClock();
    /** what it knows of spools */
    readonly filament: FilamentCalls;
    private readonly connection: Connection;
    private readonly web: string;
    private readonly pictures: Pictures;
    /** asked for apart: what the server checks them by may change at another version than for archives */
    private readonly covers: Pictures;

    /** @throws ConfigError for an address that cannot be one */
    constructor(private readonly settings: BambuddySettings) {
        this.address = serverAddress(settings.url, BAMBUDDY);
        this.web = settings.webUrl.trim() === '' ? this.address : serverAddress(settings.webUrl, BAMBUDDY);
        this.prefix = settings.prefix;
        this.connection = new Connection(this.address, settings);
        this.filament = new FilamentCalls(this.connection);
        const imageToken = settings.apiKey === '' ? null : new ImageToken((path) => this.connection.mint(path));
        const pictures = (): Pictures =>
            new Pictures((path, token, signal) => this.connection.picture(path, token, signal), imageToken);
        this.pictures = pictures();
        this.covers = pictures();
    }

    /** As `Connection.guard`. */
    guard(guard: Guard): void {
        this.connection.guard(guard);
    }

    /** Bambuddy's clock at its last answer, to the second; null: it has not answered, or sends no `Date`. */
    get answeredAt(): UtcTime | null {
        return this.connection.answeredAt;
    }

    /** Page of an archive in Bambuddy's web interface. */
    archivePage(archiveId: number): string {
        return `${this.web}/archives?highlight=${archiveId}`;
    }

    /** @returns the server's version, e.g. `1.2.5.2` (open) */
    version(signal?: AbortSignal): Promise<string> {
        return this.connection.version(signal);
    }

    /**
     * One page of finished runs, newest first.
     * @returns null on servers without a print log, and on those whose log does not tell the archive (0.2.0 to 0.2.4)
     */
    async printLog(query: PrintLogQuery, signal?: AbortSignal): Promise<RunPage | null> {
        const answer = await this.connection.ask('GET', '/print-log/', {
            query: {
                limit: query.limit,
                // by the end of the prints; before 1.2.5.3 that is the only order, and this is ignored
                sort_by: 'completed_at',
                ...(query.offset === undefined ? {} : { offset: query.offset }),
                ...(query.status === undefined ? {} : { status: query.status }),
                ...(query.dateFrom === undefined ? {} : { date_from: query.dateFrom }),
                ...(query.dateTo === undefined ? {} : { date_to: query.dateTo }),
            },
            accept: [404],
            signal,
        });
        if (answer.status === 404) {
            // such a 404 is no run's or archive's: the call itself is not there
            await this.connection.verifyServer('/print-log/', signal);
            return null;
        }
        const page = runPage(answer.body, 'GET /print-log/');
        return hasArchives(answer.body as { items: unknown[] }) ? page : null;
    }

    /** One page of archives, newest start first; the dates are days (`YYYY-MM-DD`, UTC, inclusive) of `created_at`. */
    async archives(
        query: { limit: number; offset?: number; dateFrom?: string; dateTo?: string },
        signal?: AbortSignal,
    ): Promise<ListedArchiveRow[]> {
        const answer = await this.connection.ask('GET', '/archives/', {
            query: {
                limit: query.limit,
                offset: query.offset ?? 0,
                ...(query.dateFrom === undefined ? {} : { date_from: query.dateFrom }),
                ...(query.dateTo === undefined ? {} : { date_to: query.dateTo }),
            },
            signal,
        });
        const list = checked(v.array(v.unknown()), answer.body, 'GET /archives/');
        return readRows(archiveSchema, list, 'GET /archives/');
    }

    /**
     * @returns null where the archive is gone, or was never there
     * @throws RejectedError, besides, where it is an archive with a field that cannot be read: that one print's affair
     */
    async archive(archiveId: number, signal?: AbortSignal): Promise<Archive | null> {
        const path = `/archives/${archiveId}`;
        const answer = await this.connection.ask('GET', path, { accept: [404], signal });
        if (answer.status === 404) {
            await this.connection.mustBeGone(answer, `GET ${path}`, signal);
            return null;
        }
        const [archive] = readRows(archiveSchema, [answer.body], `GET ${path}`);
        if (archive !== undefined && isReadable(archive)) return archive;
        // what has not even an id and a status is no archive of Bambuddy's
        if (archive?.field('id') !== archiveId || archive.field('status') === undefined)
            return checked(archiveSchema, answer.body, `GET ${path}`);
        throw new RejectedError(`${UNREADABLE}: archive ${archiveId}, ${archive.why}`, {
            server: 'Bambuddy',
            failureKind: 'unreadable',
        });
    }

    /** The runs of an archive, newest first, with the cost and energy that the print log leaves out. */
    async runs(archiveId: number, signal?: AbortSignal): Promise<RunPage> {
        const answer = await this.connection.ask('GET', `/archives/${archiveId}/runs`, { accept: [404], signal });
        if (answer.status === 404) {
            // older servers have no such call
            if (!isGoneAnswer(answer, GONE)) await this.connection.verifyServer('/archives/N/runs', signal);
            return { items: [], total: 0 };
        }
        return runPage(answer.body, `GET /archives/${archiveId}/runs`);
    }

    async printers(signal?: AbortSignal): Promise<Printer[]> {
        const answer = await this.connection.ask('GET', '/printers/', { signal });
        const list = checked(v.array(v.unknown()), answer.body, 'GET /printers/');
        return readRows(printerSchema, list, 'GET /printers/').filter(isReadable);
    }

    async projects(signal?: AbortSignal): Promise<{ id: number; name: string }[]> {
        const answer = await this.connection.ask('GET', '/projects/', { signal });
        const list = checked(v.array(v.unknown()), answer.body, 'GET /projects/');
        return readRows(projectSchema, list, 'GET /projects/').filter(isReadable);
    }

    /** The tags that archives have. */
    async tags(signal?: AbortSignal): Promise<string[]> {
        const answer = await this.connection.ask('GET', '/archives/tags', { signal });
        const list = checked(v.array(v.unknown()), answer.body, 'GET /archives/tags');
        return readRows(tagSchema, list, 'GET /archives/tags')
            .filter(isReadable)
            .map(({ name }) => name);
    }

    /**
     * The picture of a print: the plate's own where a plate is known and has one, else the archive's.
     * @returns null where there is none (that is no error)
     */
    async thumbnail(archiveId: number, plate: number | null, signal?: AbortSignal): Promise<Picture | null> {
        const ofPlate =
            plate === null ? null : await this.pictures.get(`/archives/${archiveId}/plate-thumbnail/${plate}`, signal);
        return ofPlate ?? (await this.pictures.get(`/archives/${archiveId}/thumbnail`, signal));
    }

    /**
     * The picture of the job that a printer has at this moment. Where Bambuddy has not got the file yet it asks the printer
     * for it, which may take a while.
     * @returns null where there is none
     */
    cover(printerId: number, signal?: AbortSignal): Promise<Picture | null> {
        return this.covers.get(`/printers/${printerId}/cover`, signal);
    }

    /** A photo of a print by the name that its archive has. @returns null where there is none */
    photo(archiveId: number, name: string, signal?: AbortSignal): Promise<Picture | null> {
        return this.pictures.get(`/archives/${archiveId}/photos/${encodeURIComponent(name)}`, signal);
    }

    /** As `Download.next`. */
    download(archiveId: number, to: string, most: number): Download {
        return new Download(this.connection, archiveId, to, most);
    }

    /**
     * Writes the archive's external link. PATCH works on a soft-deleted archive too.
     * @returns false where the archive is gone
     * @throws AuthError when the key lacks `can_manage_archives`
     */
    async setExternalUrl(archiveId: number, url: string, signal?: AbortSignal): Promise<boolean> {
        const answer = await this.connection.ask('PATCH', `/archives/${archiveId}`, {
            json: { external_url: url },
            accept: [404],
            beside: true,
            signal,
        });
        if (answer.status !== 404) return true;
        await this.connection.mustBeGone(answer, `PATCH /archives/${archiveId}`, signal);
        return false;
    }

    /**
     * Whether the key has `can_manage_archives`. There is no call that tells (`/auth/me` calls every key an admin), so an
     * archive that never exists is changed by nothing: 404 for a key that may, 403 for one that may not.
     */
    async mayWrite(signal?: AbortSignal): Promise<boolean> {
        const answer = await this.connection.ask('PATCH', '/archives/0', { json: {}, accept: [403, 404], signal });
        return answer.status !== 403;
    }

    /**
     * Where the WebSocket is, with a new token where the server wants one (it is an answer to the key, so
     * the address is a secret).
     */
    async liveAddress(signal?: AbortSignal): Promise<{ url: string; insecure: boolean }> {
        const token = this.settings.apiKey === '' ? null : await this.connection.mint('/auth/ws-token', signal);
        const url = `${this.address.replace(/^http/, 'ws')}/api/v1/ws`;
        return {
            url: token === null ? url : `${url}?token=${encodeURIComponent(token)}`,
            insecure: this.settings.insecure,
        };
    }

    /** Asks something that changes nothing, by this method: any answer of Bambuddy itself will do. */
    async harmless(method: string, signal?: AbortSignal): Promise<void> {
        if (method === 'PATCH') await this.mayWrite(signal);
        else await this.printLog({ limit: 1 }, signal);
    }

    close(): void {
        this.connection.close();
    }
}
