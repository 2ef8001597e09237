/**
 * What follows from an error of VK.
 * - `slow`: not done; fewer calls a second, then the same call again
 * - `flood`: not done; every further call would keep VK's gate shut, so there is none for an hour
 * - `quota`: not done; the calls of this application are used up for now
 * - `again`: not done, by no fault of the call; it may be sent again
 * - `unknown`: it may have been done. A write is looked up before it is sent again
 * - `person`: not done; no call of this community can be done before a person has acted
 * - `item`: this one call is refused, the same again gives the same
 */
export type VkRemedy = 'slow' | 'flood' | 'quota' | 'again' | 'unknown' | 'person' | 'item';

/** What an error says about the thing it was asked for, where more follows from it than the remedy. */
export type VkMeaning =
    | 'nothingToChange'
    | 'alreadyInAlbum'
    | 'itemGone'
    | 'albumGone'
    | 'categoryGone'
    | 'photoTaken'
    | 'photoMissing'
    | 'shopFull'
    | 'albumFull'
    | 'albumsFull'
    | 'badLinks'
    | 'tokenEnded'
    | 'rightMissing'
    | 'captcha'
    | 'marketOff'
    | 'codeTooLong';

export interface VkErrorRow {
    code: number;
    /** of its words; default: any */
    words?: RegExp;
    remedy: VkRemedy;
    meaning?: VkMeaning;
    /** what a person has to do */
    todo?: string;
}

const SIGN_IN = 'Sign in to VK again in the community node.';
const RIGHT =
    'The token needs the right "market": ask for it in the cabinet of the application (accesses "goods" and "communities"), then sign in again.';
const ROLE = 'Is the user who signed in an administrator or editor of the community?';
const APPLICATION = 'Look at the application in its cabinet at id.vk.com.';
const CHECK = 'Open VK in a browser with the account that signed in, pass the check that it shows, then try again.';

/**
 * By code; the first row that fits holds. Codes and their words are those of the schema 5.199 (errors.json); what follows
 * from them stands in the facts about VK. A code that is not here refuses the item.
 */
export const VK_ERRORS: readonly VkErrorRow[] = [
    { code: 1, remedy: 'unknown' },
    { code: 10, remedy: 'unknown' },
    // an execute that was ended on the way: the calls before it were made
    { code: 13, remedy: 'unknown' },
    { code: 32, remedy: 'slow' },
    { code: 36, remedy: 'unknown' },
    { code: 6, remedy: 'slow' },
    { code: 9, remedy: 'flood' },
    { code: 29, remedy: 'quota' },
    { code: 12, remedy: 'item', meaning: 'codeTooLong' },
    { code: 2, remedy: 'person', todo: APPLICATION },
    { code: 3, remedy: 'person', todo: 'Is the API version right, and does this address know the method?' },
    { code: 4, remedy: 'person', todo: SIGN_IN },
    { code: 5, remedy: 'person', meaning: 'tokenEnded', todo: SIGN_IN },
    { code: 7, remedy: 'person', meaning: 'rightMissing', todo: `${RIGHT} ${ROLE}` },
    { code: 8, remedy: 'person', todo: 'Is the API version right?' },
    { code: 11, remedy: 'person', todo: APPLICATION },
    { code: 14, remedy: 'person', meaning: 'captcha', todo: CHECK },
    { code: 15, remedy: 'person', meaning: 'rightMissing', todo: `${ROLE} ${RIGHT}` },
    { code: 16, remedy: 'person', todo: 'The address of VK must begin with https://.' },
    { code: 17, remedy: 'person', meaning: 'captcha', todo: CHECK },
    { code: 18, remedy: 'person', todo: 'The account that signed in is deleted or blocked: sign in with another.' },
    { code: 20, remedy: 'person', todo: RIGHT },
    { code: 21, remedy: 'person', todo: RIGHT },
    { code: 23, remedy: 'person', todo: 'VK has switched this method off: is there a newer version of this package?' },
    { code: 24, remedy: 'person', meaning: 'captcha', todo: CHECK },
    { code: 25, remedy: 'person', meaning: 'captcha', todo: CHECK },
    {
        code: 27,
        remedy: 'person',
        meaning: 'rightMissing',
        todo: 'This is the key of a community: goods need the token of a user. Sign in to VK in the community node.',
    },
    { code: 28, remedy: 'person', todo: 'This is the key of an application: goods need the token of a user. Sign in.' },
    { code: 34, remedy: 'person', todo: 'Is the API version right?' },
    { code: 35, remedy: 'person', todo: 'Is the API version right?' },
    { code: 37, remedy: 'person', todo: 'The account that signed in is blocked: sign in with another.' },
    { code: 38, remedy: 'person', todo: APPLICATION },
    { code: 205, remedy: 'person', meaning: 'rightMissing', todo: ROLE },
    { code: 1051, remedy: 'person', meaning: 'rightMissing', todo: RIGHT },
    { code: 1438, remedy: 'person', meaning: 'marketOff', todo: 'Switch on "Goods" in the settings of the community.' },
    { code: 3300, remedy: 'person', meaning: 'captcha', todo: CHECK },
    { code: 3301, remedy: 'person', meaning: 'captcha', todo: CHECK },
    { code: 3302, remedy: 'person', meaning: 'captcha', todo: CHECK },
    { code: 3609, remedy: 'person', meaning: 'tokenEnded', todo: SIGN_IN },
    { code: 100, words: /nothing to change/i, remedy: 'item', meaning: 'nothingToChange' },
    { code: 100, words: /already assigned|photo not found/i, remedy: 'item', meaning: 'photoTaken' },
    { code: 100, words: /photo.* is undefined/i, remedy: 'item', meaning: 'photoMissing' },
    { code: 100, words: /categor/i, remedy: 'item', meaning: 'categoryGone' },
    { code: 1402, remedy: 'item', meaning: 'albumGone' },
    { code: 1403, remedy: 'item', meaning: 'itemGone' },
    { code: 1404, remedy: 'item', meaning: 'alreadyInAlbum' },
    { code: 1405, remedy: 'item', meaning: 'shopFull', todo: 'The community holds as many goods as VK allows.' },
    { code: 1406, remedy: 'item', meaning: 'albumFull', todo: 'The album holds as many goods as VK allows.' },
    { code: 1407, remedy: 'item', meaning: 'albumsFull', todo: 'The community has as many albums as VK allows.' },
    { code: 1408, remedy: 'item', meaning: 'badLinks', todo: 'Take the links out of the description.' },
];

const REFUSED: Omit<VkErrorRow, 'code'> = { remedy: 'item' };

/** What follows from an error. @param words of VK */
export function rowOf(code: number, words: string): Omit<VkErrorRow, 'code'> {
    return VK_ERRORS.find((row) => row.code === code && row.words?.test(words) !== false) ?? REFUSED;
}

/** Meanings that are what was wanted, so that the call counts as done. */
export function isDone(meaning: VkMeaning | undefined): boolean {
    return meaning === 'nothingToChange' || meaning === 'alreadyInAlbum';
}
