/** What a developer types in Evotor's cabinet about a service. */
export interface ServiceSettings {
    /** what the documented paths are put behind, e.g. `https://node-red.example/evotor` */
    url: string;
    /** the app's token, which the service knows */
    secret: string;
    scheme?: 'Bearer' | 'Basic';
}

export interface ServiceAnswer {
    status: number;
    /** parsed JSON; null: none */
    body: unknown;
}

/** Requests wait so long for their answer; notifications, too, before they are sent again. */
const PATIENCE_MS = 10_000;
const USER_ID = /^\d{2}-\d{15}$/;
const LONGEST_TOKEN = 128;

/** The documented paths of notifications, with their method. `S` stands for a store's id. */
export const NOTIFICATIONS = {
    products: ['POST', '/inventories/stores/S/products'],
    documents: ['PUT', '/inventories/stores/S/documents'],
    stores: ['PUT', '/inventories/stores'],
    devices: ['PUT', '/inventories/devices'],
    employees: ['PUT', '/inventories/employees'],
    receipts: ['POST', '/receipts'],
    subscription: ['POST', '/subscription/event'],
    installation: ['POST', '/installation/event'],
} as const satisfies Record<string, readonly [string, string]>;
export type Notification = keyof typeof NOTIFICATIONS;

/**
 * The webhooks that Evotor's cloud sends to a service (swagger of 2017): requests by the app's token, and notifications by
 * the token that the service issued to the user, as `create` and `verify` answered it.
 */
export class CloudWebhooks {
    /** by user */
    readonly issued = new Map<string, string>();

    constructor(private readonly settings: ServiceSettings) {}

    /** A user installs the app and wants a new account. @throws where the answer is none of the documented ones */
    create(userId: string, custom: Record<string, unknown> = {}): Promise<ServiceAnswer> {
        return this.request(userId, '/user/create', { userId, ...custom }, CREATED);
    }

    /** A user says who they are to the service. @throws where the answer is none of the documented ones */
    verify(userId: string, username: string, password: string): Promise<ServiceAnswer> {
        return this.request(userId, '/user/verify', { userId, username, password }, VERIFIED);
    }

    /** The token for the cloud. @param field older clouds call the user `userUuid` */
    token(userId: string, token: string, field: 'userId' | 'userUuid' = 'userId'): Promise<ServiceAnswer> {
        return this.send('POST', '/user/token', { [field]: userId, token }, this.ofApp());
    }

    /** @param storeId for those that are about a store */
    notify(kind: Notification, userId: string, body: unknown, storeId = ''): Promise<ServiceAnswer> {
        const [method, path] = NOTIFICATIONS[kind];
        const bearer = `Bearer ${this.issued.get(userId) ?? ''}`;
        return this.send(method, path.replace('/S/', `/${storeId}/`), body, bearer);
    }

    private async request(
        userId: string,
        path: string,
        body: object,
        fields: Readonly<Record<string, (value: unknown) => boolean>>,
    ): Promise<ServiceAnswer> {
        if (!USER_ID.test(userId)) throw new Error(`${userId} is no id of a user`);
        const answer = await this.send('POST', path, body, this.ofApp());
        if (answer.status !== 200) return mustBeDocumented(answer);
        const said = answer.body as Record<string, unknown> | null;
        for (const [name, isValid] of Object.entries(fields))
            if (said === null || !isValid(said[name]))
                throw new Error(`${path}: the answer's ${name} is not as documented`);
        if (said!['userId'] !== userId) throw new Error(`${path}: the answer is about another user`);
        this.issued.set(userId, said!['token'] as string);
        return answer;
    }

    private ofApp(): string {
        const { secret, scheme = 'Bearer' } = this.settings;
        return `${scheme} ${scheme === 'Basic' ? Buffer.from(secret).toString('base64') : secret}`;
    }

    private async send(method: string, path: string, body: unknown, authorization: string): Promise<ServiceAnswer> {
        const answer = await fetch(`${this.settings.url}${path}`, {
            method,
            headers: { Accept: 'application/json', 'Content-Type': 'application/json', Authorization: authorization },
            body: JSON.stringify(body),
            redirect: 'manual',
            signal: AbortSignal.timeout(PATIENCE_MS),
        });
        const text = await answer.text();
        return { status: answer.status, body: text === '' ? null : parsed(text) };
    }
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const CREATED = {
    userId: isText,
    token: (value: unknown) => isText(value) && (value as string).length <= LONGEST_TOKEN,
};
const VERIFIED = { ...CREATED, hasBilling: (value: unknown) => typeof value === 'boolean' };

/** Codes that are documented with each status; a 404 is an empty object. */
const REFUSALS: Readonly<Record<number, readonly number[]>> = {
    400: [2001, 2002],
    401: [1001, 1006],
    409: [2004, 2005],
};

function mustBeDocumented(answer: ServiceAnswer): ServiceAnswer {
    const { status, body } = answer;
    if (status === 404) return answer;
    const codes = (body as { errors?: { code?: number }[] } | null)?.errors?.map(({ code }) => code) ?? [];
    const isKnown = codes.length > 0 && codes.every((code) => REFUSALS[status]?.includes(code ?? 0));
    if (!isKnown) throw new Error(`a service does not answer ${status} with ${JSON.stringify(body)}`);
    return answer;
}

function parsed(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}
