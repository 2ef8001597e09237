import type { Printer } from './rows';

/** What a printer prints, as it tells the server. */
export interface PrinterJob {
    /** `subtask_name` */
    name: string;
    archiveId: number;
    /** 0 to 100 */
    percent: number;
    layer: number;
    layers: number;
    /** whole minutes; 0: the printer does not know */
    minutesLeft: number;
}

/** `data` of `printer_status`, as in the recording ws-first-message-printer_status. */
export function printerStatus(printer: Printer): Record<string, unknown> {
    const { id, connected, state, name, model, job } = printer;
    // a server that was started a moment ago has not heard of the printer's job
    const hasJob = job !== null && state !== 'IDLE' && state !== 'unknown';
    return {
        connected,
        state,
        current_print: hasJob ? job.name : null,
        subtask_name: hasJob ? job.name : null,
        gcode_file: hasJob ? '/data/Metadata/plate_1.gcode' : null,
        progress: hasJob ? job.percent : 0,
        remaining_time: hasJob ? job.minutesLeft : 0,
        layer_num: hasJob ? job.layer : 0,
        total_layers: hasJob ? job.layers : 0,
        temperatures: { bed: 24, bed_target: 0, nozzle: 25, nozzle_target: 0, nozzle_heating: false },
        hms_errors: [],
        ams: [
            {
                id: 0,
                humidity: 3,
                temp: '25.0',
                is_ams_ht: true,
                tray: [tray],
                serial_number: '',
                sw_ver: '',
                dry_time: 0,
                dry_status: 0,
                dry_sub_status: 0,
                dry_sf_reason: [],
                dry_target_temp: null,
                dry_filament: 'PLA',
                module_type: '',
            },
        ],
        vt_tray: [],
        ams_status_main: 0,
        ams_status_sub: 0,
        tray_now: 0,
        expected_tray: null,
        previous_tray: null,
        ams_extruder_map: {},
        wifi_signal: -50,
        wired_network: false,
        door_open: false,
        ams_filament_backup: false,
        stg_cur: 0,
        stg_cur_name: null,
        printable_objects_count: 3,
        cooling_fan_speed: null,
        big_fan1_speed: null,
        big_fan2_speed: null,
        heatbreak_fan_speed: null,
        left_aux_fan_speed: null,
        exhaust_fan_present: false,
        chamber_light: false,
        active_extruder: 0,
        speed_level: 2,
        nozzle_rack: [],
        supports_drying: false,
        supports_drying_while_printing: false,
        drying_screen_only: true,
        current_plate_id: 1,
        awaiting_plate_clear: state === 'FINISH' || state === 'FAILED',
        // only while it prints: not while the job is prepared
        cover_url: hasJob && (state === 'RUNNING' || state === 'PAUSE') ? `/api/v1/printers/${id}/cover` : null,
        name,
        model,
    };
}

const tray = {
    id: 0,
    tray_color: 'FF6A13FF',
    tray_type: 'PLA',
    tray_sub_brands: null,
    tray_id_name: null,
    tray_info_idx: 'GFA00',
    remain: 80,
    k: null,
    cali_idx: null,
    tag_uid: null,
    tray_uuid: null,
    nozzle_temp_min: null,
    nozzle_temp_max: null,
    drying_temp: null,
    drying_time: null,
    state: null,
    exists: true,
};
