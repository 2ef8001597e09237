import * as v from 'valibot';
import { maybe } from '../../../http/checked';
import type { StreamedField } from '../../../http/wire/multipart';
import { checked, rows, type Rows } from '../answers';
import type { InvenTreeClient } from '../client';
import { pagesOf } from '../lookup';

const PATH = '/api/attachment/';
const PAGE = 250;

/** What something is attached to. */
export interface AttachedTo {
    model: 'part' | 'stockitem';
    pk: number;
}

const attachmentSchema = v.looseObject({
    pk: v.number(),
    model_type: v.string(),
    model_id: v.number(),
    comment: maybe(v.string()),
    link: maybe(v.string()),
});
export type Attachment = v.InferOutput<typeof attachmentSchema>;

/** Files and links of a Part or StockItem. @throws as `read` */
export async function attachmentsOf(
    inventree: InvenTreeClient,
    { model, pk }: AttachedTo,
    signal?: AbortSignal,
): Promise<Attachment[]> {
    const ask = async (offset: number): Promise<Rows<Attachment>> => {
        const query = { model_type: model, model_id: pk, limit: PAGE, offset };
        // one that cannot be read may be the one
        return rows(attachmentSchema, (await inventree.read(PATH, query, signal)).body, `GET ${PATH}`, () => true);
    };
    const found: Attachment[] = [];
    for await (const page of pagesOf(ask))
        // an unknown filter returns everything
        for (const each of page.rows) if (each.model_type === model && each.model_id === pk) found.push(each);
    return found;
}

/**
 * Attaches a file: not repeatable, its comment tells whether it was done.
 * @param comment at most 250 characters
 */
export async function attachFile(
    inventree: InvenTreeClient,
    { model, pk }: AttachedTo,
    file: Required<Pick<StreamedField, 'content' | 'file'>>,
    comment: string,
    signal?: AbortSignal,
): Promise<void> {
    const form = [
        { name: 'model_type', content: model },
        { name: 'model_id', content: String(pk) },
        { name: 'comment', content: comment },
        { name: 'attachment', ...file },
    ];
    checked(attachmentSchema, (await inventree.upload('POST', PATH, form, signal)).body, `POST ${PATH}`);
}

/** Attaches a link, as `attachFile`. */
export async function attachLink(
    inventree: InvenTreeClient,
    { model, pk }: AttachedTo,
    link: string,
    comment: string,
    signal?: AbortSignal,
): Promise<void> {
    const body = { model_type: model, model_id: pk, link, comment };
    checked(attachmentSchema, (await inventree.write('POST', PATH, body, signal)).body, `POST ${PATH}`);
}
