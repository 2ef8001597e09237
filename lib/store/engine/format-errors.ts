/** The file was written by a later version of this package. */
export class NewerFormat extends Error {
    /** @param known the newest format that this version knows */
    constructor(file: string, format: number, known: number) {
        super(
            `${file} has format ${format}, written by a newer version of this package (this one knows ${known}). Update the package.`,
        );
        this.name = 'NewerFormat';
    }
}

/** A record came into the data that does not go into a snapshot of its present format. */
export class NeedsLaterFormat extends Error {
    constructor(
        /** the one it needs */
        readonly format: number,
        present: number,
    ) {
        super(`a record of format ${format} in a snapshot of format ${present}`);
        this.name = 'NeedsLaterFormat';
    }
}

/** The file is a store of another kind, e.g. the ledger where webhooks are expected. It is left as it is. */
export class OtherStore extends Error {
    constructor(file: string, collection: string) {
        super(`${file} is a store of another kind: it has "${collection}". Choose another file.`);
        this.name = 'OtherStore';
    }
}
