import { plateOf } from '../part-identity';
import type { Print } from '../print';
import type { RuleField } from './rule-fields';

/** The condition of a rule: a field of the print, and the pattern that it must fit. */
export interface RuleCondition {
    field: RuleField;
    /** patterns separated by commas, each a text with `*` for any characters; upper and lower case are the same */
    match: string;
}

/** The Part of a print, as far as rules look at it. */
export interface RulePart {
    pk: number;
    IPN: string;
    name: string;
}

/**
 * The first rule whose condition fits.
 * @param has leaves out rules that say nothing of what is asked for; default: none
 * @returns the rule and its place in the table, from 1; null where none fits
 */
export function firstFit<Rule extends RuleCondition>(
    rules: readonly Rule[],
    print: Print,
    part: RulePart | null,
    has: (rule: Rule) => boolean = () => true,
): { rule: Rule; row: number } | null {
    const index = rules.findIndex((rule) => has(rule) && fits(rule, print, part));
    return index === -1 ? null : { rule: rules[index]!, row: index + 1 };
}

function fits({ field, match }: RuleCondition, print: Print, part: RulePart | null): boolean {
    const texts = READINGS[field](print, part)
        .filter((text) => text !== null)
        .map(comparable);
    return match
        .split(',')
        .map((pattern) => comparable(pattern.trim()))
        .filter((pattern) => pattern !== '')
        .some((pattern) => texts.some((text) => text !== '' && expressionOf(pattern).test(text)));
}

type Reading = (print: Print, part: RulePart | null) => (string | null)[];

/** The texts of a print that a condition is held against: one that fits will do. */
const READINGS: Readonly<Record<RuleField, Reading>> = {
    printer: ({ printer }) => [printer.name, numbered(printer.id)],
    model: ({ printer }) => [printer.model],
    material: ({ filamentType }) => listed(filamentType),
    // Bambuddy writes #RRGGBBAA: a person writes #RRGGBB
    colour: ({ filamentColor }) => listed(filamentColor).flatMap((colour) => [colour, withoutAlpha(colour)]),
    project: ({ project }) => [project.name, numbered(project.id)],
    tag: ({ tags }) => tags,
    name: ({ name }) => [name],
    file: fileNames,
    status: ({ status }) => [status],
    part: (_print, part) => (part === null ? [] : [part.name, part.IPN, `#${part.pk}`]),
};

/** `Box.gcode.3mf`, and `Box.gcode.3mf#2` for its plate 2. */
function fileNames({ filename, plate }: Print): string[] {
    if (filename === null) return [];
    const number = plateOf({ plate_id: plate, filename });
    return number === null ? [filename] : [filename, `${filename}#${number}`];
}

/** The whole list, and what is in it: `PLA, PETG`, `PLA`, `PETG`. */
function listed(text: string | null): string[] {
    if (text === null) return [];
    return [text, ...text.split(',').map((one) => one.trim())];
}

function withoutAlpha(colour: string | null): string | null {
    return colour !== null && /^#[0-9a-f]{8}$/i.test(colour) ? colour.slice(0, 7) : null;
}

function numbered(id: number | null): string | null {
    return id === null ? null : `#${id}`;
}

function comparable(text: string): string {
    return text.normalize('NFC').toLowerCase();
}

/** A run of `*` is one: each more would multiply the work for a text that does not fit. */
function expressionOf(pattern: string): RegExp {
    const parts = pattern.split(/\*+/).map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
    return new RegExp(`^${parts.join('[^]*?')}$`);
}

/** The places in the table, from 1, of all rules that fit. */
export function fittingRows(rules: readonly RuleCondition[], print: Print, part: RulePart | null): number[] {
    return rules.flatMap((rule, index) => (fits(rule, print, part) ? [index + 1] : []));
}
