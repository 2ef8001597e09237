export interface PairEnvironment {
    PRINT_TO_STOCK_NODE: string;
    PRINT_TO_STOCK_NODE_RED: string;
}
export const PAIRS: Record<string, { node: string; nodeRed: string | null }>;
export function environmentOf(name: string): PairEnvironment;
export function nodeOf(version: string): string;
export function installed(folder: string, packages: string[], args?: string[], node?: string): string;
export function versionOf(node: string): string;
