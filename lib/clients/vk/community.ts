import * as v from 'valibot';
import { maybe } from '../../http/checked';
import { checked } from './answers';
import type { VkCall } from './call';
import type { VkClient } from './client';
import { VkError } from './errors';
import { photoUploadServer } from './photos';

/** A community as its test button tells of it; null: VK did not say. */
export interface CommunityReport {
    name: string | null;
    /** whoever signed in may edit goods */
    isEditor: boolean | null;
    /** "Goods" is switched on */
    hasMarket: boolean | null;
    /** the token has the right `market` */
    mayMarket: boolean | null;
    /** what VK said where it refused */
    problems: VkError[];
}

interface Community {
    name: string;
    /** 1 moderator, 2 editor, 3 administrator */
    level: number;
    hasMarket: boolean | null;
    /** its goods are priced in it (`RUB`) */
    currency: string | null;
}

const groupSchema = v.looseObject({
    id: v.number(),
    name: v.fallback(v.string(), ''),
    is_admin: maybe(v.number()),
    admin_level: maybe(v.number()),
    market: maybe(v.looseObject({ enabled: maybe(v.number()), currency: maybe(v.looseObject({ name: v.string() })) })),
});
const groupsSchema = v.looseObject({ groups: v.array(groupSchema) });

/** Bit of `market` in the mask of account.getAppPermissions (list of rights, dev.vk.com). */
const MARKET_BIT = 134_217_728;
const EDITOR = 2;

function community(group: number): VkCall<Community | null> {
    return {
        method: 'groups.getById',
        params: { group_ids: [group], fields: ['market'] },
        writes: false,
        read: (response) => {
            const found = checked(groupsSchema, response, 'groups.getById').groups.find(({ id }) => id === group);
            if (found === undefined) return null;
            const { name, is_admin: isAdmin, admin_level: level, market } = found;
            const enabled = market?.enabled ?? null;
            return {
                name,
                level: isAdmin === 1 ? (level ?? 0) : 0,
                hasMarket: enabled === null ? null : enabled === 1,
                currency: market?.currency?.name ?? null,
            };
        },
    };
}

const permissions: VkCall<number> = {
    method: 'account.getAppPermissions',
    params: {},
    writes: false,
    read: (response) => checked(v.number(), response, 'account.getAppPermissions'),
};

/** In which currency the goods of a community are priced (`RUB`); null: VK does not say. */
export function currencyOf(group: number): VkCall<string | null> {
    const call = community(group);
    return { ...call, read: (response) => call.read(response)?.currency ?? null };
}

/**
 * Looks whether goods of a community can be edited, with three calls that change nothing. What one of them is refused is
 * told beside what the others found.
 * @throws as `VkClient.call`, but for VkError
 */
export async function lookAtCommunity(client: VkClient, group: number, signal?: AbortSignal): Promise<CommunityReport> {
    const problems: VkError[] = [];
    const ask = async <T>(call: VkCall<T>): Promise<T | null> => {
        try {
            return await client.call(call, { signal });
        } catch (error) {
            if (!(error instanceof VkError)) throw error;
            problems.push(error);
            return null;
        }
    };
    const found = await ask(community(group));
    const mask = await ask(permissions);
    // only who may edit goods is given an address for pictures, and only where there are goods
    const upload = await ask(photoUploadServer(group, false));
    const off = problems.some(({ meaning }) => meaning === 'marketOff');
    return {
        name: found?.name ?? null,
        isEditor: found === null ? null : found.level >= EDITOR,
        hasMarket: off ? false : upload !== null ? true : (found?.hasMarket ?? null),
        mayMarket: upload !== null ? true : mask === null ? null : hasBit(mask, MARKET_BIT),
        problems,
    };
}

/** The mask is longer than the 32 bits of `&`. */
function hasBit(mask: number, bit: number): boolean {
    return Math.floor(mask / bit) % 2 === 1;
}
