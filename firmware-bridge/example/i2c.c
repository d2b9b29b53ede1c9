/*
 * A simulated air sensor at address 0x44: register 0 temperature (0.01 degC, signed), 2 humidity (0.01 %), 4 PM2.5
 * (0.1 ug/m3), each big-endian, as most such devices have it. Each reading of register 0 is the next sample; PM2.5 is
 * not valid (0xffff) in the first one, as of a sensor whose fan has just been started.
 */
#include "i2c.h"

#define ADDRESS 0x44

static uint16_t samples;

static uint16_t register_pair(uint8_t number)
{
    uint8_t step = (uint8_t)(samples % 16);
    if (number == 0) return (uint16_t)(-150 + 25 * step);
    if (number == 2) return (uint16_t)(4000 + 100 * step);
    return samples == 1 ? 0xffff : (uint16_t)(80 + step);
}

uint8_t i2c_read(uint8_t address, uint8_t from_register, uint8_t *bytes, uint8_t count)
{
    uint8_t i;
    if (address != ADDRESS) return 0;
    if (from_register == 0) samples++;
    for (i = 0; i < count; i++) {
        uint8_t number = (uint8_t)(from_register + i);
        uint16_t pair = register_pair(number & 0xfe);
        bytes[i] = (uint8_t)(number & 1 ? pair : pair >> 8);
    }
    return 1;
}
