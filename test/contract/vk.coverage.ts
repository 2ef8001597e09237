/** What of the material about VK is held against what. Nothing of it was recorded from a server: VK was never called. */
export type Held =
    /** the client reads it, and the simulator answers in its form */
    | 'read and answered'
    /** the client sends it so, and the simulator understands it */
    | 'sent and understood'
    /** the client reads it; the simulator answers these errors by code */
    | 'read as an error'
    /** reason why not */
    | { left: string };

/** By file in `examples/`, and by its keys where it holds several. */
export const EXAMPLES: Readonly<Record<string, Held>> = {
    'vk-market-add-request': 'sent and understood',
    'vk-market-add-answer': 'read and answered',
    'vk-market-get-extended-answer': 'read and answered',
    'vk-market-getAlbums-answer': 'read and answered',
    'vk-market-getCategories-answer': 'read and answered',
    'vk-execute': 'sent and understood',
    'vk-errors': 'read as an error',
    'vk-photo-steps/1 getProductPhotoUploadServer': 'read and answered',
    'vk-photo-steps/2 upload answer (opaque, pass on as text)': 'read and answered',
    'vk-photo-steps/2 upload refusal': 'read and answered',
    'vk-photo-steps/3 saveProductPhoto answer': 'read and answered',
    'vkid-token/refresh request (form)': 'sent and understood',
    'vkid-token/answer': 'read and answered',
    'vkid-token/refusal': 'read and answered',
    'inventree-part': { left: 'of InvenTree' },
    'error-examples/captcha_new': 'read as an error',
    'error-examples/captcha_old': 'read as an error',
};

/** Methods of `market/methods.json` that are not called, and why. */
export const NOT_CALLED: readonly { methods: RegExp; why: string }[] = [
    { methods: /Comment/, why: 'comments are no goods' },
    { methods: /Order/, why: 'orders made in VK are not read' },
    {
        methods: /Propert|groupItems|ungroupItems/,
        why: 'each modification is an item of its own; variants need the extended market',
    },
    { methods: /reorder|report|searchItems|filterCategories|getAlbumById/, why: 'nothing of the shop needs it' },
];
