import * as albums from './albums';
import { invalid, Refusal } from './errors';
import * as items from './items';
import type { Params, Shop } from './items';
import { isErrorOf, METHODS } from './schema';
import { CURRENCIES, type Community } from './state';
import type { Token } from './tokens';
import type { Uploads } from './uploads';

/** What a call is asked in. */
export interface World extends Shop {
    communities: ReadonlyMap<number, Community>;
    uploads: Uploads;
    root: () => string;
}

type Handler = (world: World, community: Community, params: Params) => unknown;

const HANDLERS: Readonly<Record<string, Handler>> = {
    'market.get': items.get,
    'market.getById': items.getById,
    'market.search': items.search,
    'market.add': items.add,
    'market.edit': items.edit,
    'market.delete': items.remove,
    'market.restore': items.restore,
    'market.getAlbums': albums.getAlbums,
    'market.addAlbum': albums.addAlbum,
    'market.editAlbum': albums.editAlbum,
    'market.deleteAlbum': albums.deleteAlbum,
    'market.addToAlbum': albums.addToAlbum,
    'market.removeFromAlbum': albums.removeFromAlbum,
    'market.getCategories': (world) => ({ items: world.tree() }),
    'market.getProductPhotoUploadServer': (world, community, params) => ({
        upload_url: world.uploads.address(world.root(), community, params['bulk'] === true),
    }),
    'market.saveProductPhoto': (world, _community, params) => save(world, params)[0],
    'market.saveProductPhotoBulk': (world, _community, params) => save(world, params),
};

/** Those that are not for the goods of one community. */
const OTHERS: Readonly<Record<string, (world: World, token: Token, params: Params) => unknown>> = {
    'groups.getById': (world, token, params) => ({
        groups: [...((params['group_ids'] as unknown[] | undefined) ?? []), params['group_id']].flatMap((id) => {
            const community = world.communities.get(Number(id));
            return community === undefined ? [] : [groupView(community, token)];
        }),
        profiles: [],
    }),
    'account.getAppPermissions': (_world, token) =>
        (token.scope.has('photos') ? 4 : 0) +
        (token.scope.has('groups') ? 262_144 : 0) +
        (token.scope.has('market') ? 134_217_728 : 0),
};

/** Save calls of photos are not made inside an execute (vk-io leaves them out; for goods it is not documented). */
export const NOT_IN_EXECUTE = ['market.saveProductPhoto', 'market.saveProductPhotoBulk'];

/** @throws Refusal */
export function callMethod(world: World, method: string, token: Token, params: Params): unknown {
    const kinds = METHODS.get(method)!.access_token_type;
    if (!kinds.includes(token.kind)) {
        if (token.kind === 'group') throw new Refusal(27, 'method is unavailable with group auth.');
        throw new Refusal(28, 'method is unavailable with service token.');
    }
    const other = OTHERS[method];
    if (other !== undefined) return other(world, token, params);
    // VK ID gives tokens without this right to whom it was not granted
    if (!token.scope.has('market')) throw new Refusal(1051, 'method is unavailable with this token');
    const community = communityOf(world, params, method);
    if (!community.editors.has(token.user ?? 0)) throw new Refusal(15);
    if (!community.hasMarket && isErrorOf(method, 1438)) throw new Refusal(1438);
    return HANDLERS[method]!(world, community, params);
}

function communityOf(world: World, params: Params, method: string): Community {
    const first = ((params['item_ids'] as string[] | undefined) ?? [])[0];
    const id =
        (params['group_id'] as number | undefined) ??
        -((params['owner_id'] as number | undefined) ?? Number((first ?? '').split('_')[0]));
    // photos and categories belong to nobody yet
    const community = world.communities.get(id) ?? (/save|Categories/.test(method) ? firstCommunity(world) : undefined);
    if (community === undefined) throw new Refusal(15, 'no access to this group');
    return community;
}

function firstCommunity({ communities }: World): Community | undefined {
    return communities.values().next().value;
}

function save(world: World, params: Params): { photo_id: number }[] {
    const upload = world.uploads.take(params['upload_response'] as string);
    if (upload === null) throw invalid('upload_response is invalid');
    return upload.pictures.map((picture) => {
        const photo = { ...picture, id: world.nextId(), item: null };
        upload.community.photos.set(photo.id, photo);
        return { photo_id: photo.id };
    });
}

function groupView(community: Community, token: Token): Record<string, unknown> {
    const isEditor = community.editors.has(token.user ?? 0);
    return {
        id: community.id,
        name: community.name,
        screen_name: `club${community.id}`,
        is_closed: 0,
        type: 'group',
        is_admin: isEditor ? 1 : 0,
        ...(isEditor ? { admin_level: 3 } : {}),
        market: {
            enabled: community.hasMarket ? 1 : 0,
            type: 'basic',
            currency: CURRENCIES[community.currency],
        },
    };
}
