import {
    checked,
    parameterSchema,
    rows,
    templateSchema,
    type Parameter,
    type ParameterTemplate,
    type PartPk,
} from './answers';
import type { InvenTreeClient } from './client';
import { limits } from './text';

/** Every parameter template; `?name=` would be case-sensitive, so they are compared here. */
export async function templates(inventree: InvenTreeClient, signal?: AbortSignal): Promise<ParameterTemplate[]> {
    const path = (await inventree.greet(signal)).dialect.templates;
    const all: ParameterTemplate[] = [];
    for (let more = true; more;) {
        const answer = await inventree.read(path, { limit: 500, offset: all.length }, signal);
        const page = rows(templateSchema, answer.body, `GET ${path}`);
        all.push(...page.rows);
        more = page.more && page.rows.length > 0;
    }
    return all;
}

/** @throws RejectedError where one of this name is there, in whatever case, or the unit is none (recordings 287, 288) */
export async function createTemplate(
    inventree: InvenTreeClient,
    template: { name: string; units: string },
    signal?: AbortSignal,
): Promise<ParameterTemplate> {
    const path = (await inventree.greet(signal)).dialect.templates;
    const body = { ...template, description: 'Print to Stock' };
    return checked(templateSchema, (await inventree.write('POST', path, body, signal)).body, `POST ${path}`);
}

export async function parametersOf(
    inventree: InvenTreeClient,
    part: PartPk,
    signal?: AbortSignal,
): Promise<Parameter[]> {
    const { dialect } = await inventree.greet(signal);
    const answer = await inventree.read(dialect.parameters, { ...dialect.parameterOf(part), limit: 500 }, signal);
    return rows(parameterSchema, answer.body, `GET ${dialect.parameters}`).rows;
}

/** Adds parameters that the Part does not have; in one request where the server takes a list (all or nothing). */
export async function addParameters(
    inventree: InvenTreeClient,
    part: PartPk,
    values: readonly { template: number; data: string }[],
    signal?: AbortSignal,
): Promise<void> {
    const { dialect } = await inventree.greet(signal);
    const bodies = values.map(({ template, data }) => ({
        ...dialect.parameterOf(part),
        template,
        data: data.slice(0, limits.data),
    }));
    if (bodies.length === 0) return;
    if (dialect.bulkParameters && bodies.length > 1) {
        await inventree.write('POST', dialect.parameters, bodies, signal);
        return;
    }
    for (const body of bodies) await inventree.write('POST', dialect.parameters, body, signal);
}

export async function changeParameter(
    inventree: InvenTreeClient,
    pk: number,
    data: string,
    signal?: AbortSignal,
): Promise<void> {
    const path = `${(await inventree.greet(signal)).dialect.parameters}${pk}/`;
    checked(
        parameterSchema,
        (await inventree.write('PATCH', path, { data: data.slice(0, limits.data) }, signal)).body,
        path,
    );
}
