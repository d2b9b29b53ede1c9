/* The UART of an ATmega328P (datasheet section 19). The ring takes more than a host ever sends without an answer. */
#include "uart.h"

#include <avr/interrupt.h>
#include <avr/io.h>

#define RING_BYTES 64

static volatile uint8_t ring[RING_BYTES];
static volatile uint8_t ring_end;
static uint8_t ring_start;

ISR(USART_RX_vect)
{
    uint8_t byte = UDR0;
    uint8_t next = (uint8_t)((ring_end + 1) % RING_BYTES);
    if (next == ring_start) return;
    ring[ring_end] = byte;
    ring_end = next;
}

void uart_open(uint32_t baud)
{
    UBRR0 = (uint16_t)((F_CPU / 8 / baud - 1) / 2);
    UCSR0A = 0;
    UCSR0C = (1 << UCSZ01) | (1 << UCSZ00);
    UCSR0B = (1 << RXEN0) | (1 << TXEN0) | (1 << RXCIE0);
}

void uart_write(uint8_t byte)
{
    while (!(UCSR0A & (1 << UDRE0))) {
    }
    UDR0 = byte;
}

int16_t uart_read(void)
{
    uint8_t byte;
    if (ring_start == ring_end) return -1;
    byte = ring[ring_start];
    ring_start = (uint8_t)((ring_start + 1) % RING_BYTES);
    return byte;
}
