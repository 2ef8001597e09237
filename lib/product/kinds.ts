/** Kinds of goods that a shop may have to leave out. */
export const LIMITS = ['alcohol', 'tobacco', 'age-limited'] as const;
export type Limit = (typeof LIMITS)[number];

interface Marks {
    /** the source's own word */
    kind: string;
    isAgeLimited: boolean;
    isExcisable: boolean;
    /** it has a strength, or a code of alcoholic products */
    hasAlcohol: boolean;
}

/** By the beginning of the kind, first hit: the set is open (`ALCOHOL_MARKED`, `BEER_MARKED_KEG`, …). */
const BY_KIND: readonly (readonly [RegExp, Limit | null])[] = [
    // sold to adults alone by most shops, and refused by moderators as beer
    [/^NOT_ALCOHOL_BEER/, 'age-limited'],
    [/^(NOT_|NON_)ALCOHOL/, null],
    [/^(ALCOHOL|BEER|WINE|SPIRIT)/, 'alcohol'],
    [/^(TOBACCO|NICOTINE|CIGARETTE|VAPE|OTP)/, 'tobacco'],
];

/** Why a shop may have to leave a product out. @returns null: it need not */
export function limitOf({ kind, isAgeLimited, isExcisable, hasAlcohol }: Marks): Limit | null {
    const known = BY_KIND.find(([begin]) => begin.test(kind.toUpperCase()));
    if (known?.[1] !== undefined && known[1] !== null) return known[1];
    if (hasAlcohol) return 'alcohol';
    // of what a till sells, excise is on alcohol, which has kinds of its own, and on tobacco and what stands in for it
    if (isExcisable) return 'tobacco';
    return isAgeLimited ? 'age-limited' : null;
}
