import { WEBHOOK_PRESETS } from './webhook-preset-list';

/** What the preset's choice writes into the dialog. */
interface PresetFields {
    url: JQuery;
    method: JQuery;
    contentType: JQuery;
    /** writes into the editor of a property */
    write: (property: 'data' | 'headers', text: string) => void;
}

/**
 * Fills the list of presets, and the dialog by the one that is chosen. An address that a person typed stays.
 * @param hint where it is said what belongs into the address
 */
export function webhookPresets(select: JQuery, hint: JQuery, fields: PresetFields, t: Translate): void {
    select.append($('<option>').val('').text(t('preset.none')));
    for (const { id, label } of WEBHOOK_PRESETS) select.append($('<option>').val(id).text(label));
    select.on('change', () => {
        const preset = WEBHOOK_PRESETS.find(({ id }) => id === select.val());
        hint.text(preset === undefined ? '' : t(`presetHint.${preset.id}`));
        if (preset === undefined) return;
        const typed = fields.url.val();
        const isExample = typed === '' || WEBHOOK_PRESETS.some(({ url }) => url === typed);
        if (isExample) fields.url.val(preset.url).trigger('change');
        fields.method.val('POST').trigger('change');
        fields.contentType.val('json').trigger('change');
        fields.write('headers', JSON.stringify(preset.headers, null, 2));
        fields.write('data', JSON.stringify(preset.data, null, 2));
    });
}
