/* Reads registers of a device on the I2C bus. Here a simulated sensor answers; on a real board, the TWI or Wire does. */
#ifndef I2C_H
#define I2C_H

#include <stdint.h>

/* Returns 0 when the device did not answer. */
uint8_t i2c_read(uint8_t address, uint8_t from_register, uint8_t *bytes, uint8_t count);

#endif
