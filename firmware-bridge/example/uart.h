/* The UART of an ATmega328P by its registers: 8N1, bytes received wait in a ring. */
#ifndef UART_H
#define UART_H

#include <stdint.h>

void uart_open(uint32_t baud);
/* Waits until there is room. */
void uart_write(uint8_t byte);
/* The next byte received, or -1. */
int16_t uart_read(void);

#endif
