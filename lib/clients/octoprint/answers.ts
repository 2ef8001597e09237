import * as v from 'valibot';
import { checkedFor, maybe, type Checked } from '../../http/checked';

/** Seconds, mm, cm³, bytes: a value that cannot be is unknown. */
const amount = v.pipe(v.number(), v.minValue(0), v.maxValue(1e12));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** Seconds since 1970, as far as a date of JavaScript goes. */
const moment = v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e12));
/** Of a print: one that takes longer than thirty years is a mistake. */
const duration = v.pipe(v.number(), v.minValue(0), v.maxValue(1e9));

/** How often a file was printed; of no file that never was. */
const printsSchema = v.looseObject({
    success: v.fallback(count, 0),
    failure: v.fallback(count, 0),
    /** `date`: end of the last print, seconds since 1970; `printTime` only after a success */
    last: maybe(v.looseObject({ date: moment, success: v.boolean(), printTime: maybe(duration) })),
});

/** A file or folder of `/api/files`, as far as we use it; the rest is kept. On an SD card there is no `hash` and no `prints`. */
export const fileSchema = v.looseObject({
    path: v.string(),
    name: v.string(),
    display: maybe(v.string()),
    origin: v.fallback(v.string(), 'local'),
    type: maybe(v.string()),
    /** when it was uploaded, seconds since 1970 */
    date: maybe(moment),
    size: maybe(amount),
    /** SHA-1 of the content */
    hash: maybe(v.string()),
    prints: maybe(printsSchema),
    gcodeAnalysis: maybe(
        v.looseObject({
            estimatedPrintTime: maybe(duration),
            /** by tool: `length` in mm, `volume` in cm³ (0 where the slicer did not write the diameter) */
            filament: maybe(v.record(v.string(), v.looseObject({ length: maybe(amount), volume: maybe(amount) }))),
        }),
    ),
    children: maybe(v.array(v.unknown())),
});
export type OctoFile = v.InferOutput<typeof fileSchema>;

export const fileListSchema = v.looseObject({ files: v.array(v.unknown()) });
export const versionSchema = v.looseObject({ server: v.string(), api: v.string(), text: maybe(v.string()) });
export const loginSchema = v.looseObject({ name: v.string(), session: v.string() });
export const appTokenSchema = v.looseObject({ app_token: v.string(), auth_dialog: maybe(v.string()) });
export const appKeySchema = v.looseObject({ api_key: v.string() });

export const checked: Checked = checkedFor('OctoPrint');

/** The files of a list with all its folders; what is none of the form is left out, a single odd file is no reason to stop. */
export function filesOf(list: readonly unknown[]): OctoFile[] {
    return list.flatMap((entry) => {
        const result = v.safeParse(fileSchema, entry);
        if (!result.success) return [];
        const file = result.output;
        return file.type === 'folder' ? filesOf(file.children ?? []) : [file];
    });
}
