import { day } from './clock';
import { has } from './dialect';
import { created, fieldsOf, Reply, type Call, type Endpoint } from './endpoint';
import { crash, invalid, invalidField, noSuch } from './errors';
import { booleanFilter, numberFilter, paged } from './lists';
import { newStockItem } from './part-rows';
import { showPartDetail } from './part-view';
import type { State } from './state';
import { checkLocation, track } from './stock-rows';
import { showStock } from './stock-view';
import { knownStatus } from './statuses';
import type { Build, StockItem } from './types';

const STATES: Record<number, string> = {
    10: 'Pending',
    20: 'Production',
    25: 'On Hold',
    30: 'Cancelled',
    40: 'Complete',
};
const ACTIVE = new Set([10, 20, 25]);
const NO_CHOICE = 'Select a valid choice. That choice is not one of the available choices.';
const NO_SERIALS = 'Serial numbers must be provided for trackable parts';

/** An order as a person makes it. @param fields `status` 20, in production, where it is not given; `bom`: what it is made of */
export function addBuild(state: State, fields: Partial<Build> & { part: number; quantity: number }): Build {
    state.revision++;
    const pk = state.pk('other', fields.pk);
    const reference = `BO-${String(pk).padStart(4, '0')}`;
    const row = { title: '', reference, status: 20, completed: 0, creation_date: day(), bom: [], ...fields, pk };
    state.builds.set(pk, row);
    return row;
}

function list(call: Call): unknown {
    const { state } = call;
    const part = numberFilter(call, 'part');
    if (part !== null && !state.parts.has(part)) throw invalidField('part', NO_CHOICE);
    const active = booleanFilter(call, 'active');
    const rows = [...state.builds.values()].filter(
        (row) => (part === null || row.part === part) && (active === null || ACTIVE.has(row.status) === active),
    );
    // the newest first, where no order is asked for
    return paged(call, rows.reverse(), (row) => show(state, row));
}

/** As 479 shows one. */
function show(state: State, build: Build): unknown {
    const { bom: _bom, status, ...row } = build;
    return {
        ...row,
        barcode_hash: '',
        batch: null,
        completion_date: null,
        destination: null,
        external: false,
        parent: null,
        part_name: state.parts.get(build.part)?.name ?? '',
        part_detail: showPartDetail(state, state.parts.get(build.part)!),
        project_code: null,
        project_code_label: null,
        project_code_detail: null,
        overdue: false,
        sales_order: null,
        start_date: null,
        status,
        status_text: STATES[status],
        status_custom_key: status,
        target_date: null,
        take_from: null,
        notes: null,
        link: '',
        issued_by: null,
        issued_by_detail: null,
        responsible: null,
        responsible_detail: null,
        priority: 0,
        level: 0,
    };
}

function detail(call: Call): unknown {
    const build = call.state.builds.get(call.pk);
    if (!build) throw noSuch('Build');
    return show(call.state, build);
}

/** An unknown order is the server's crash here (seen on 479). */
function orderOf(call: Call): Build {
    const build = call.state.builds.get(call.pk);
    if (!build) throw crash('KeyError', call.path);
    return build;
}

/** Asks for no state of the order: outputs of one that is on hold or cancelled are made, too (seen on 479). */
function createOutput(call: Call): unknown {
    const { state, user } = call;
    const build = orderOf(call);
    const fields = fieldsOf(call);
    const quantity = Number(fields.quantity);
    const location = fields.location === undefined || fields.location === null ? null : Number(fields.location);
    const errors: Record<string, string[]> = {};
    if (!(quantity > 0)) errors.quantity = ['Quantity must be greater than zero'];
    else if (/\.\d{6,}/.test(String(fields.quantity)))
        errors.quantity = ['Ensure that there are no more than 5 decimal places.'];
    if (location !== null && !state.locations.has(location))
        errors.location = [`Invalid pk "${location}" - object does not exist.`];
    if (Object.keys(errors).length > 0) throw invalid(errors);
    const isTracked = tracked(state, build).length > 0;
    if (has(state.apiVersion, 'outputsWithoutSerials')) {
        if (isTracked) throw invalidField('serials', NO_SERIALS);
    } else if (isTracked || state.parts.get(build.part)!.trackable) throw invalidField('serial_numbers', NO_SERIALS);
    checkLocation(state, location);
    const batch = String(fields.batch_code ?? '');
    const output = state.addStock(
        newStockItem(state, { part: build.part, quantity, batch, location, is_building: true, build: build.pk }),
    );
    track(state, output, null, 'created');
    const deltas = { quantity, buildorder: build.pk, batch, location };
    track(state, output, user.pk, 'outputCreated', { deltas });
    return created([showStock(call, output, 'list')]);
}

function tracked(state: State, build: Build): number[] {
    return build.bom.filter((part) => state.parts.get(part)?.trackable === true);
}

function complete(call: Call): unknown {
    const { state, user } = call;
    const build = orderOf(call);
    const fields = fieldsOf(call);
    const wanted = Array.isArray(fields.outputs) ? (fields.outputs as { output?: unknown }[]) : [];
    const errors: Record<string, unknown> = {};
    const problems = wanted.map(({ output }) => outputProblem(state, build, Number(output), fields));
    if (problems.some((problem) => problem !== null))
        errors.outputs = problems.map((problem) => (problem === null ? {} : { output: [problem] }));
    else if (wanted.length === 0) errors.outputs = ['This field is required.'];
    const location = Number(fields.location);
    if (fields.location === undefined) errors.location = ['This field is required.'];
    else if (!state.locations.has(location)) errors.location = [`Invalid pk "${location}" - object does not exist.`];
    if (Object.keys(errors).length > 0) throw invalid(errors);
    const status = knownStatus(fields.status_custom_key ?? 10);
    const work = (): void => {
        for (const { output } of wanted) finish(state, build, Number(output), { location, status, user: user.pk });
    };
    if (!has(state.apiVersion, 'outputsInBackground')) {
        work();
        return created(fields);
    }
    if (state.workerMs === 0) work();
    else setTimeout(work, state.workerMs).unref();
    const pending = state.workerMs > 0;
    // done at once where no worker runs: then there is no task (source of 530)
    const task = { task_id: pending ? 'f1d2' : '', exists: pending, pending, complete: !pending, success: !pending };
    return new Reply(200, { ...task, http_status: 200 });
}

function outputProblem(state: State, build: Build, pk: number, fields: Record<string, unknown>): string | null {
    const output = state.stock.get(pk);
    if (output === undefined) return `Invalid pk "${pk}" - object does not exist.`;
    if (output.build !== build.pk) return 'Build output does not match the parent build';
    if (!output.is_building) return 'This build output has already been completed';
    if (fields.accept_incomplete_allocation === true) {
        state.violations.push(`an incomplete allocation was accepted for output ${pk}`);
        return null;
    }
    return tracked(state, build).length > 0 ? 'This build output is not fully allocated' : null;
}

function finish(
    state: State,
    build: Build,
    pk: number,
    { location, status, user }: { location: number; status: number; user: number },
): void {
    const output: StockItem | undefined = state.stock.get(pk);
    if (output === undefined || !output.is_building) return;
    state.changeStock(output, { is_building: false, location, status });
    const deltas = { status, buildorder: build.pk, quantity: output.quantity, location };
    track(state, output, user, 'outputCompleted', { deltas });
    build.completed += output.quantity;
}

function lines(call: Call): unknown {
    const { state } = call;
    const of = numberFilter(call, 'build');
    if (of !== null && !state.builds.has(of)) throw invalidField('build', NO_CHOICE);
    const rows = [...state.builds.values()]
        .filter(({ pk }) => of === null || pk === of)
        .flatMap((build) => build.bom.map((part, at) => ({ build, part, pk: build.pk * 100 + at })));
    return paged(call, rows, ({ build, part, pk }) => ({
        pk,
        build: build.pk,
        bom_item: pk,
        quantity: build.quantity,
        consumed: 0,
        part,
        build_reference: build.reference,
        reference: '',
        consumable: false,
        optional: false,
        testable: false,
        trackable: state.parts.get(part)?.trackable ?? false,
        inherited: false,
        allow_variants: false,
        allocated: 0,
    }));
}

export const buildEndpoints: Endpoint[] = [
    { path: '/api/build/', access: 'build', handlers: { GET: list } },
    { path: '/api/build/line/', access: 'build', handlers: { GET: lines } },
    { path: '/api/build/:pk/', access: 'build', handlers: { GET: detail } },
    { path: '/api/build/:pk/create-output/', access: 'build', handlers: { POST: createOutput } },
    { path: '/api/build/:pk/complete/', access: 'build', handlers: { POST: complete } },
];
