import type { Connection } from './connection';
import type { Leadership } from './leadership';
import type { Tables } from './tables';

/** A record as it stands in the database; `text` null: removed. */
export interface StoredRecord {
    collection: string;
    key: string;
    text: string | null;
}

/** Rows in one round trip: so few that nothing else waits for their texts to be parsed. */
const PORTION = 250;

/** Reads and writes the rows of one store, for its leader alone. */
export class FencedRecords {
    /** under which they were read last: what was read under an earlier one is not written */
    private fence = '0';

    constructor(
        private readonly connection: Connection,
        private readonly tables: Tables,
        private readonly leadership: Leadership,
    ) {}

    /**
     * Writes records together or not at all, where this one leads. A record is replaced by a later one only: a statement
     * that arrives late, after another that was sent in its place, changes nothing.
     * @param format that the records need; the store's own rises to it
     * @throws LeadershipLost: nothing was written; PostgresError: it may have been written
     */
    async write(records: readonly StoredRecord[], format: number): Promise<void> {
        if (format > this.leadership.format) await this.raiseFormat(format);
        const written = await this.fenced(
            `insert into ${this.tables.records} as present (store, collection, key, record, fence, seq)
             select $1, given.collection, given.key, given.record::json, leader.fence, $4::bigint
             from leader, unnest($5::text[], $6::text[], $7::text[]) as given (collection, key, record)
             on conflict (store, collection, key) do update
                 set record = excluded.record, fence = excluded.fence, seq = excluded.seq
                 where (present.fence, present.seq) < (excluded.fence, excluded.seq)
             returning 1`,
            () => [
                this.leadership.nextStatement(),
                records.map(({ collection }) => collection),
                records.map(({ key }) => keyText(key)),
                records.map(({ text }) => text),
            ],
        );
        if (written !== records.length)
            throw new Error(
                `${records.length - written} of ${records.length} records in PostgreSQL are newer than its leader's`,
            );
    }

    /**
     * All records, portion by portion. Whoever reads them has to lead, or what another one writes meanwhile is missed.
     * @throws LeadershipLost, also where it was lost while they were read; PostgresError
     */
    async *read(): AsyncGenerator<readonly StoredRecord[]> {
        this.fence = this.leadership.fence;
        await this.leadership.certain(this.fence);
        let last = ['', ''];
        for (;;) {
            const rows = await this.connection.query(
                `select collection, key, record::text as text from ${this.tables.records}
                 where store = $1 and (collection, key) > ($2, $3) order by collection, key limit ${PORTION}`,
                [this.leadership.options.store, ...last],
            );
            if (rows.length === 0) break;
            last = [rows.at(-1)!['collection'] as string, rows.at(-1)!['key'] as string];
            yield rows.map((row) => ({
                collection: row['collection'] as string,
                key: keyOf(row['key'] as string),
                text: row['text'] as string | null,
            }));
        }
        await this.forgetRemoved();
    }

    /** No statement of an earlier leader can bring them back any more. @throws LeadershipLost; PostgresError */
    private async forgetRemoved(): Promise<void> {
        await this.fenced(
            `delete from ${this.tables.records} as old using leader
             where old.store = $1 and old.record is null and old.fence < leader.fence returning 1`,
        );
    }

    private async raiseFormat(format: number): Promise<void> {
        await this.fenced(
            `update ${this.tables.leaders} as present set format = greatest(present.format, $4::integer)
             from leader where present.store = $1 returning 1`,
            () => [format],
        );
        this.leadership.format = format;
    }

    /**
     * A statement that holds the row of the leader, and does nothing where that is not ours.
     * @param statement on `leader`, which has no row then; `$1` is the store, `$4` the first of the values
     * @returns the rows it returned
     */
    private async fenced(statement: string, values: () => readonly unknown[] = () => []): Promise<number> {
        const { leadership, fence } = this;
        for (;;) {
            await leadership.certain(fence);
            const [row] = await this.connection.query(
                `with leader as (
                    select fence from ${this.tables.leaders}
                    where store = $1 and owner = $2 and fence = $3 and until > clock_timestamp() for update
                 ), done as (${statement})
                 select (select count(*) from leader)::integer as leaders, (select count(*) from done)::integer as rows`,
                [leadership.options.store, leadership.owner, fence, ...values()],
            );
            if (row!['leaders'] === 1) return row!['rows'] as number;
            // its time was up on the way, or it is another's
            await leadership.renew();
        }
    }
}

/** A key as PostgreSQL takes every text: no NUL, no half of a surrogate pair. */
function keyText(key: string): string {
    return JSON.stringify(key).slice(1, -1);
}

function keyOf(text: string): string {
    return JSON.parse(`"${text}"`) as string;
}
