import path from 'node:path';
import { briefly } from './accounts';
import { day } from './clock';
import { has } from './dialect';
import { created, fieldsOf, type Call, type Endpoint } from './endpoint';
import { forbidden, invalid } from './errors';
import { applyRules, nullableLink, text } from './fields';
import { mediaUrl, storeFile } from './images';
import { filterOf, numberFilter, paged, searchMatches } from './lists';
import type { State } from './state';
import { cleanTexts } from './text';
import type { Attachment, Role } from './types';

const roles: Record<string, Role> = { part: 'part', stockitem: 'stock' };

function show(state: State, attachment: Attachment, inList: boolean): unknown {
    const { tags, ...columns } = attachment;
    const user = state.accounts.all().find(({ pk }) => pk === attachment.upload_user);
    return {
        ...columns,
        attachment: mediaUrl(state, attachment.attachment),
        filename: attachment.attachment && path.basename(attachment.attachment),
        user_detail: user ? briefly(user) : null,
        ...(inList && has(state.apiVersion, 'detailsOnRequest') ? {} : { tags }),
    };
}

/** Whether the row it belongs to is there is not asked (recording 395). */
function create(call: Call): unknown {
    const { state, user, now } = call;
    const fields = cleanTexts(state, fieldsOf(call));
    const { values, errors } = applyRules<{ link: string | null; comment: string }>(
        state,
        { link: nullableLink(), comment: text(250) },
        fields,
    );
    const model = String(fields.model_type ?? '');
    const role = roles[model];
    if (!role) errors.model_type = [`"${model}" is not a valid choice.`];
    const file = call.files.get('attachment');
    if (!file && !values.link && !errors.link) {
        Object.assign(errors, { attachment: ['Missing file'], link: ['Missing external link'] });
    }
    if (Object.keys(errors).length > 0) throw invalid(errors);
    if (!user.roles[role!].includes('change')) {
        throw forbidden('User does not have permission to create or edit attachments for this model');
    }
    const model_id = Number(fields.model_id);
    const attachment: Attachment = {
        pk: state.pk('attachment'),
        model_type: model,
        model_id,
        attachment: file ? storeFile(state, `attachments/${model}/${model_id}`, file, 255) : null,
        link: values.link ?? null,
        comment: values.comment ?? '',
        upload_date: day(now),
        upload_user: user.pk,
        file_size: file?.content.length ?? 0,
        tags: [],
    };
    state.attachments.set(attachment.pk, attachment);
    return created(show(state, attachment, false));
}

function list(call: Call): unknown {
    const { state } = call;
    const model = filterOf(call, 'model_type');
    const id = numberFilter(call, 'model_id');
    const search = filterOf(call, 'search');
    const found = [...state.attachments.values()].filter(
        (one) =>
            (model === null || one.model_type === model) &&
            (id === null || one.model_id === id) &&
            // the link is not searched (recording 398)
            (search === null || searchMatches(search, [one.comment, one.attachment])),
    );
    return paged(call, found, (attachment) => show(state, attachment, true));
}

export const attachmentEndpoints: Endpoint[] = [
    { path: '/api/attachment/', access: 'user', handlers: { GET: list, POST: create } },
];
