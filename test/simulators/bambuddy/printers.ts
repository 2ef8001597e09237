import express, { Router } from 'express';
import type { Access } from './access';
import { answer, invalid, notFound } from './answers';
import { idOf } from './parameters';
import type { Printer, Project } from './rows';
import type { BambuddyState } from './state';
import { wholeSeconds } from './time';

/** Printers and projects: what an archive points at. */
export function printerRoutes(state: BambuddyState, access: Access): Router {
    const routes = Router({ caseSensitive: true, strict: true });
    const reading = access.allows('canReadStatus');

    routes.get('/printers/', reading, (_req, res) => answer(res, [...state.printers.values()].map(printerAnswer)));

    routes.get('/printers/:printer_id', reading, (req, res) => {
        const printer = state.printers.get(idOf(req, 'printer_id'));
        if (!printer) throw notFound('Printer');
        answer(res, printerAnswer(printer));
    });

    routes.get('/webhook/queue', reading, (_req, res) => {
        const queues = [...state.printers.values()].map(({ id, name }) => ({
            printer_id: id,
            printer_name: name,
            pending: 0,
            printing: 0,
            items: [],
        }));
        answer(res, queues);
    });

    routes.get('/projects/', reading, (_req, res) =>
        answer(
            res,
            [...state.projects.values()].map((project) => projectAnswer(state, project)),
        ),
    );

    routes.post('/projects/', access.allows('canManageProjects'), express.json(), (req, res) => {
        const { name } = req.body as { name?: unknown };
        if (typeof name !== 'string') {
            throw invalid({ type: 'missing', loc: ['body', 'name'], msg: 'Field required', input: req.body });
        }
        answer(res, projectAnswer(state, addProject(state, { name })));
    });

    return routes;
}

export function addProject(state: BambuddyState, options: Partial<Project>): Project {
    const id = options.id ?? state.projects.size + 1;
    const now = wholeSeconds(state.moment());
    const project: Project = { id, name: `Project ${id}`, created_at: now, updated_at: now, ...options };
    state.projects.set(id, project);
    return project;
}

function printerAnswer({ id, name, model, serial_number, location, created_at, updated_at }: Printer): object {
    return {
        name,
        serial_number,
        ip_address: '127.0.0.1',
        model,
        location,
        auto_archive: true,
        external_camera_url: null,
        external_camera_type: 'snapshot',
        external_camera_enabled: false,
        external_camera_snapshot_url: null,
        camera_rotation: 0,
        id,
        is_active: true,
        nozzle_count: 1,
        supports_nozzle_flow_type: true,
        print_hours_offset: 0,
        plate_detection_enabled: false,
        plate_detection_roi: null,
        created_at,
        updated_at,
    };
}

function projectAnswer(state: BambuddyState, project: Project): object {
    const archives = [...state.archivesByTime.newestFirst()].filter(({ project_id }) => project_id === project.id);
    const count = (status: string): number => archives.filter((row) => row.status === status).length;
    return {
        id: project.id,
        name: project.name,
        description: null,
        color: null,
        status: 'active',
        target_count: null,
        target_parts_count: null,
        target_sets: null,
        notes: null,
        attachments: null,
        tags: null,
        due_date: null,
        priority: 'normal',
        budget: null,
        is_template: false,
        template_source_id: null,
        parent_id: null,
        parent_name: null,
        children: [],
        created_at: project.created_at,
        updated_at: project.updated_at,
        stats: {
            total_archives: archives.length,
            total_items: archives.reduce((sum, { quantity }) => sum + quantity, 0),
            completed_prints: count('completed'),
            failed_prints: count('failed'),
            queued_prints: 0,
            in_progress_prints: count('printing'),
            total_print_time_hours: 0,
            total_filament_grams: 0,
            progress_percent: null,
            parts_progress_percent: null,
            estimated_cost: 0,
            total_energy_kwh: 0,
            total_energy_cost: 0,
            remaining_prints: null,
            remaining_parts: null,
            bom_total_items: 0,
            bom_completed_items: 0,
            bom_cost: 0,
        },
        url: null,
        cover_image_filename: null,
    };
}
