/** What `nodes/runtime/settings/saved-shapes.ts` makes of all settings. The build writes it here as a literal. */
declare module 'saved-shapes' {
    export const SHAPES: Readonly<Record<string, import('../nodes/runtime/settings/migration-rules').SavedShape>>;
}
