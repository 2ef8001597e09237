import { createHash } from 'node:crypto';
import type { Connection } from '../../test/harness/project';

/** An archive as Bambuddy lists it, as far as the contenders look at it. */
export interface Archive {
    id: number;
    print_name: string;
    content_hash: string;
    filename: string;
    filament_type: string | null;
    filament_used_grams: number;
    print_time_seconds: number;
    started_at: string;
    created_at: string;
    external_url: string | null;
}

export interface Template {
    pk: number;
    name: string;
}

export interface Page<T> {
    count: number;
    next: string | null;
    results: T[];
}

export function ipnOf(archive: Archive, { codes }: Connection): string {
    return `${codes?.ipn ?? 'BMB'}-${createHash('sha1').update(`content_hash:${archive.content_hash}`).digest('hex').slice(0, 12)}`;
}

export function batchOf({ id }: Archive, { codes }: Connection): string {
    return `${codes?.batch ?? 'bambuddy'}-${id}`;
}

export function partOf(archive: Archive, connection: Connection): Record<string, string | number | boolean> {
    return {
        name: archive.print_name,
        IPN: ipnOf(archive, connection),
        category: connection.category,
        description: `${archive.filament_type ?? ''} · ${archive.filename}`,
        keywords: 'bambuddy',
        purchaseable: false,
        copy_category_parameters: false,
    };
}

export function stockOf(archive: Archive, part: number, connection: Connection): Record<string, string | number> {
    return {
        part,
        location: connection.location,
        quantity: 1,
        batch: batchOf(archive, connection),
        status: 10,
        notes: `Bambuddy archive ${archive.id}, printed ${archive.started_at}`,
    };
}

/** What is written into the two templates. */
export function parameterValues(archive: Archive): Record<string, string> {
    return {
        Weight: String(archive.filament_used_grams),
        // a number suits a template in hours and one without a unit
        PrintTime: (archive.print_time_seconds / 3600).toFixed(2),
    };
}

/** @returns pks by name */
export function templatesByName(page: Page<Template>): Map<string, number> {
    return new Map(page.results.map(({ name, pk }) => [name, pk]));
}
