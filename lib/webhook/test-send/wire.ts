import type { MistakeKey } from '../template/mistakes';

// What the webhook's dialog is answered. Types alone: the editor's code is compiled against them.

export interface ShownRequest {
    method: string;
    url: string;
    headers: [string, string][];
    body: string;
}

export interface Mistake {
    field: string;
    line: number | null;
    column: number | null;
    /** in English, for where there is no translation of the key */
    why: string;
    /** null: it is none of those that are known */
    key: MistakeKey | null;
    values: Readonly<Record<string, string>>;
}

export interface Preview {
    topic: string;
    /** whether this topic would be sent at all */
    wanted: boolean;
    request: ShownRequest | null;
    mistakes: Mistake[];
}

export interface TestSend extends Preview {
    answer: { status: number; ok: boolean; headers: Record<string, string>; body: string; ms: number } | null;
    /** why there is no answer; holds no secret */
    failure: string | null;
}
