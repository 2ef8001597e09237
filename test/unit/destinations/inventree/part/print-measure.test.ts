import assert from 'node:assert/strict';
import { isOfPlate, printMeasure, unitOfNew } from '../../../../../lib/destinations/inventree/part/print-measure';
import { printOf } from '../../../../../lib/print/print';

const PRINT = printOf({
    batch: 'b-1',
    identity: 'x',
    plate: 2,
    cost: 0.6,
    energyCost: 0.15,
    archive: {
        nozzle_diameter: 0.4,
        nozzle_temperature: 220,
        bed_type: 'Textured PEI Plate',
        bed_temperature: 65,
        total_layers: 123,
        energy_kwh: 0.1,
        extra_data: {
            filament_slots: [
                { slot_id: 1, used_g: 12.5, type: 'PLA', color: '#FF0000' },
                { slot_id: 3, used_g: 0, type: 'PETG', color: '' },
            ],
        },
    },
});

describe('a figure of a print for a parameter', () => {
    const CASES: [field: string, value: unknown, units: string][] = [
        ['plate', { value: 2, of: 'none' }, ''],
        ['nozzle', { value: 0.4, of: 'millimetres' }, 'mm'],
        ['nozzleTemperature', { value: 220, of: 'celsius' }, 'degC'],
        ['bed', 'Textured PEI Plate', ''],
        ['bedTemperature', { value: 65, of: 'celsius' }, 'degC'],
        ['layers', { value: 123, of: 'none' }, ''],
        ['energy', { value: 0.1, of: 'kilowattHours' }, 'kWh'],
        ['totalCost', { value: 0.75, of: 'none' }, ''],
        ['slots.1.material', 'PLA', ''],
        ['slots.1.colour', '#FF0000', ''],
        ['slots.1.grams', { value: 12.5, of: 'grams' }, 'g'],
        // not used, not there, not known
        ['slots.3.grams', null, 'g'],
        ['slots.3.colour', null, ''],
        ['slots.2.material', null, ''],
        ['slots.0.material', null, ''],
    ];
    for (const [field, value, units] of CASES)
        it(`${field} is ${JSON.stringify(value)}, in ${units || 'no unit'}`, () => {
            assert.deepEqual(printMeasure(PRINT, field), value);
            assert.equal(unitOfNew(field), units);
        });

    it('is nothing of what no server told', () => {
        const unknown = printOf({ batch: 'b-1', identity: 'x', cost: 1 });
        for (const [field] of CASES) assert.equal(printMeasure(unknown, field), null, field);
    });

    it('is of the whole plate where it is used up by it', () => {
        for (const field of ['weight', 'time', 'energy', 'totalCost', 'slots.2.grams'])
            assert.ok(isOfPlate(field), field);
        for (const field of ['nozzle', 'cost', 'slots.2.material', 'plate']) assert.ok(!isOfPlate(field), field);
    });
});
