import {
    checked,
    parameterSchema,
    rows,
    templateSchema,
    type Parameter,
    type ParameterTemplate,
    type PartPk,
    type Rows,
} from './answers';
import type { InvenTreeClient } from './client';
import { pagesOf } from './lookup';
import type { Dialect } from './api-version';
import { limits } from '../../text/inventree-text';

/** Every parameter template; `?name=` would be case-sensitive, so they are compared here. */
export async function templates(inventree: InvenTreeClient, signal?: AbortSignal): Promise<ParameterTemplate[]> {
    const ask = (offset: number): Promise<Rows<ParameterTemplate>> =>
        inventree.withApiVersion(async ({ templates: path }) => {
            const answer = await inventree.read(path, { limit: 500, offset }, signal);
            return rows(templateSchema, answer.body, `GET ${path}`);
        }, signal);
    const all: ParameterTemplate[] = [];
    for await (const page of pagesOf(ask)) all.push(...page.rows);
    return all;
}

/** @throws RejectedError where one of this name is there, in whatever case, or the unit is none */
export async function createTemplate(
    inventree: InvenTreeClient,
    template: { name: string; units: string },
    signal?: AbortSignal,
): Promise<ParameterTemplate> {
    const path = (await inventree.handshake(signal)).dialect.templates;
    const body = { ...template, description: 'Print to Stock' };
    return checked(templateSchema, (await inventree.write('POST', path, body, signal)).body, `POST ${path}`);
}

export async function parametersOf(
    inventree: InvenTreeClient,
    part: PartPk,
    signal?: AbortSignal,
): Promise<Parameter[]> {
    return inventree.withApiVersion(async ({ parameters: path, parameterOf }) => {
        const answer = await inventree.read(path, { ...parameterOf(part), limit: 500 }, signal);
        return rows(parameterSchema, answer.body, `GET ${path}`).rows;
    }, signal);
}

/** A parameter that its Part does not have. */
export interface NewParameter {
    /** pk */
    part: PartPk;
    /** pk */
    template: number;
    data: string;
}

/** Adds parameters of several Parts in one request, all or nothing: where the server takes a list, see `Dialect`. */
export async function addParameterList(
    inventree: InvenTreeClient,
    rows: readonly NewParameter[],
    signal?: AbortSignal,
): Promise<void> {
    if (rows.length === 0) return;
    await inventree.withApiVersion(
        (dialect) =>
            inventree.write(
                'POST',
                dialect.parameters,
                rows.map((row) => bodyOf(dialect, row)),
                signal,
            ),
        signal,
    );
}

function bodyOf({ parameterOf }: Dialect, { part, template, data }: NewParameter): object {
    return { ...parameterOf(part), template, data: data.slice(0, limits.data) };
}

/** Adds parameters that the Part does not have; in one request where the server takes a list (all or nothing). */
export async function addParameters(
    inventree: InvenTreeClient,
    part: PartPk,
    values: readonly { template: number; data: string }[],
    signal?: AbortSignal,
): Promise<void> {
    const rows = values.map((value) => ({ part, ...value }));
    const { bulkParameters } = (await inventree.handshake(signal)).dialect;
    if (bulkParameters && rows.length > 1) return addParameterList(inventree, rows, signal);
    for (const row of rows)
        await inventree.withApiVersion(
            (dialect) => inventree.write('POST', dialect.parameters, bodyOf(dialect, row), signal),
            signal,
        );
}

export async function changeParameter(
    inventree: InvenTreeClient,
    pk: number,
    data: string,
    signal?: AbortSignal,
): Promise<void> {
    await inventree.withApiVersion(async ({ parameters }) => {
        const path = `${parameters}${pk}/`;
        const answer = await inventree.write('PATCH', path, { data: data.slice(0, limits.data) }, signal);
        checked(parameterSchema, answer.body, path);
    }, signal);
}
