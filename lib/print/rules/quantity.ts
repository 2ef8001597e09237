import { numberOfText } from '../../text/number-text';
import type { Print } from '../print';
import { firstFit, type RuleCondition, type RulePart } from './rules';

/** Where the quantity of a print comes from, in the order in which they count. */
export const QUANTITY_ORIGINS = ['person', 'message', 'table', 'parameter', 'print', 'fixed'] as const;
export type QuantityOrigin = (typeof QUANTITY_ORIGINS)[number];

/** What one print of a file or a Part yields. */
export interface PiecesRule extends RuleCondition {
    /** above 0 */
    pieces: number;
}

export interface QuantityRules {
    pieces: readonly PiecesRule[];
    /** the parameter template by which a Part says how many pieces a print yields; empty: none */
    piecesParameter: string;
    /** pieces that InvenTree counts as one; null: each piece */
    packSize: number | null;
}

/** What the rules ask for, in the order in which it counts; each is asked only where nothing before it has a number. */
export interface QuantityAnswers {
    /** of the message; null: it says nothing */
    message: () => Promise<number | null>;
    /** the data of the Part's parameter; null: it has none */
    parameter: (template: string) => Promise<string | null>;
    /** the source's count of what was on the plate; null: unknown, or not wanted */
    print: () => Promise<number | null>;
    fixed: () => Promise<number>;
}

export interface Quantity {
    /** in what InvenTree counts: packs, where there are such */
    value: number;
    pieces: number;
    origin: QuantityOrigin;
    /** the rule's place in the table, from 1, or the parameter's template */
    by: string | null;
}

/** InvenTree keeps quantities with 15 digits, 5 of them behind the point, and refuses more. */
export const LEAST_QUANTITY = 0.00001;
export const MOST_QUANTITY = 9_999_999_999;
const DECIMALS = 5;

/** Whether InvenTree can keep it as a quantity of something. */
export function isQuantity(number: unknown): number is number {
    return typeof number === 'number' && number >= LEAST_QUANTITY && number <= MOST_QUANTITY;
}

/** As InvenTree keeps it. */
export function asQuantity(number: number): number {
    return Number(number.toFixed(DECIMALS));
}

/** Whether a setting says more than one number for all prints, or the source's count. */
export function hasQuantityRules({ pieces, piecesParameter, packSize }: QuantityRules): boolean {
    return pieces.length > 0 || piecesParameter !== '' || packSize !== null;
}

/**
 * How many a print is.
 * @throws what the answers throw; RangeError where the packs come to less than InvenTree can count
 */
export async function quantityOf(
    rules: QuantityRules,
    print: Print,
    part: RulePart | null,
    answers: QuantityAnswers,
): Promise<Quantity> {
    const found = await piecesOf(rules, print, part, answers);
    const pieces = asQuantity(found.pieces);
    const value = rules.packSize === null ? pieces : asQuantity(pieces / rules.packSize);
    if (!isQuantity(value))
        throw new RangeError(
            `${found.pieces} pieces in packs of ${rules.packSize ?? 1} are more or less than InvenTree can keep`,
        );
    return { ...found, pieces, value };
}

type Found = Omit<Quantity, 'value'>;

async function piecesOf(
    { pieces: table, piecesParameter: template }: QuantityRules,
    print: Print,
    part: RulePart | null,
    answers: QuantityAnswers,
): Promise<Found> {
    if (print.pieces !== undefined) return { pieces: print.pieces, origin: 'person', by: null };
    const said = await answers.message();
    if (said !== null) return { pieces: said, origin: 'message', by: null };
    const fit = firstFit(table, print, part);
    if (fit !== null) return { pieces: fit.rule.pieces, origin: 'table', by: String(fit.row) };
    const ofPart = template === '' ? null : numberOfText((await answers.parameter(template)) ?? '');
    if (isQuantity(ofPart)) return { pieces: ofPart, origin: 'parameter', by: template };
    const counted = await answers.print();
    if (counted !== null) return { pieces: counted, origin: 'print', by: null };
    return { pieces: await answers.fixed(), origin: 'fixed', by: null };
}

const ORIGINS: Readonly<Record<QuantityOrigin, (by: string, print: Print) => string>> = {
    person: () => 'counted by a person',
    message: () => 'from the message',
    table: (row) => `by rule ${row} of the table`,
    parameter: (template) => `by the parameter ${template} of the Part`,
    print: (_by, { source }) => (source === 'bambuddy' ? "Bambuddy's count" : 'count of the print'),
    fixed: () => 'fixed number',
};

/** The line of a StockItem's notes that says where its quantity comes from: `Quantity: 2 (12 pieces in packs of 6; …)`. */
export function quantityNote({ value, pieces, origin, by }: Quantity, packSize: number | null, print: Print): string {
    const packs = packSize === null ? '' : `${pieces} pieces in packs of ${packSize}; `;
    return `Quantity: ${value} (${packs}${ORIGINS[origin](by ?? '', print)})`;
}
