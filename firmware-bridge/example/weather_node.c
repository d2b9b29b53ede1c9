/*
 * A weather node: reads a sensor on I2C and tells a gateway, through the firmware bridge.
 *
 * ATmega328P at 16 MHz (Arduino Uno, Nano). The clock is timer 1, so that the same code runs under Arduino and without.
 * With ROOM_NODE defined it is another firmware with other channels.
 */
#include <avr/eeprom.h>
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/wdt.h>
#include <util/atomic.h>

#include "i2c.h"
#include "qis_bridge.h"
#include "uart.h"

#define BAUD_RATE 38400UL
#define SENSOR 0x44
#define SENSOR_INVALID 0xffff
#define CHANNELS 3
#define PERIOD_MS_MIN 250
/* Of the four bytes in the EEPROM that hold the number of the board, and of the count of power-ups. */
#define EEPROM_UID ((const uint32_t *)0)
#define EEPROM_POWER_UPS ((uint8_t *)4)
#define BOOTS_MARK 0xb007u

#ifdef ROOM_NODE
const char qis_bridge_description[] QIS_BRIDGE_FLASH =
    QIS_BRIDGE_FIRMWARE("room-node", "2.0.0")
    QIS_BRIDGE_CHANNEL(0, "temperature", "indoor", "degC", 0.01, 250)
    QIS_BRIDGE_CHANNEL(1, "relative_humidity", "indoor", "%", 0.01, 250)
    QIS_BRIDGE_CHANNEL(2, "fan_duty", "-", "%", 0.1, 250);
#else
const char qis_bridge_description[] QIS_BRIDGE_FLASH =
    QIS_BRIDGE_FIRMWARE("weather-node", "1.0.0")
    QIS_BRIDGE_CHANNEL(0, "temperature", "-", "degC", 0.01, 250)
    QIS_BRIDGE_CHANNEL(1, "relative_humidity", "-", "%", 0.01, 250)
    QIS_BRIDGE_CHANNEL(2, "pm2_5", "-", "ug/m3", 0.1, 250);
#endif

/* Left alone by a reset; without power it is anything. */
static struct {
    uint16_t mark;
    uint8_t resets;
} boots __attribute__((section(".noinit")));

static volatile uint32_t clock_ms;
static uint32_t period_ms[CHANNELS] = {1000, 1000, 1000};
static uint32_t told_ms[CHANNELS];
static uint32_t asleep_from_ms;
static uint32_t asleep_ms;
static uint8_t reset_wanted;

ISR(TIMER1_COMPA_vect)
{
    clock_ms++;
}

uint32_t qis_bridge_millis(void)
{
    uint32_t now_ms;
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE)
    {
        now_ms = clock_ms;
    }
    return now_ms;
}

void qis_bridge_write(uint8_t byte)
{
    uart_write(byte);
}

uint8_t qis_bridge_command(const qis_bridge_order *order)
{
    switch (order->code) {
    case QIS_BRIDGE_SET_PERIOD:
        if (order->id >= CHANNELS || order->argument < PERIOD_MS_MIN) return QIS_BRIDGE_REFUSED;
        period_ms[order->id] = order->argument;
        return QIS_BRIDGE_OK;
    case QIS_BRIDGE_RESET:
        reset_wanted = 1;
        return QIS_BRIDGE_OK;
    case QIS_BRIDGE_SLEEP:
        asleep_from_ms = qis_bridge_millis();
        asleep_ms = order->argument;
        return QIS_BRIDGE_OK;
    default:
        return QIS_BRIDGE_UNKNOWN;
    }
}

/* Power-ups are counted in the EEPROM, resets since then in memory: the EEPROM wears out after 100,000 writes. */
static uint16_t next_boot(void)
{
    uint8_t power_ups = eeprom_read_byte(EEPROM_POWER_UPS);
    if (boots.mark == BOOTS_MARK) {
        boots.resets++;
    } else {
        boots.mark = BOOTS_MARK;
        boots.resets = 0;
        eeprom_write_byte(EEPROM_POWER_UPS, ++power_ups);
    }
    return (uint16_t)(power_ups << 8 | boots.resets);
}

static uint8_t cause_of(uint8_t flags)
{
    if (flags & (1 << PORF)) return QIS_BRIDGE_CAUSE_POWER;
    if (flags & (1 << BORF)) return QIS_BRIDGE_CAUSE_BROWNOUT;
    if (flags & (1 << WDRF)) return QIS_BRIDGE_CAUSE_WATCHDOG;
    if (flags & (1 << EXTRF)) return QIS_BRIDGE_CAUSE_PIN;
    /* A boot loader may have looked first, and cleared them. */
    return QIS_BRIDGE_CAUSE_UNKNOWN;
}

void setup(void)
{
    uint8_t flags = MCUSR;
    MCUSR = 0;
    wdt_disable();
    uart_open(BAUD_RATE);
    /* 1 kHz: 16 MHz / 64 / 250, clear on compare. */
    TCCR1A = 0;
    OCR1A = F_CPU / 64 / 1000 - 1;
    TCCR1B = (1 << WGM12) | (1 << CS11) | (1 << CS10);
    TIMSK1 = 1 << OCIE1A;
    sei();
    qis_bridge_self.boot = next_boot();
    qis_bridge_self.cause = cause_of(flags);
    qis_bridge_self.uid = eeprom_read_dword(EEPROM_UID);
    /* Nobody has written one yet. */
    if (qis_bridge_self.uid == 0xffffffff) qis_bridge_self.uid = 0;
    qis_bridge_begin();
}

static uint8_t is_due(uint8_t channel, uint32_t now_ms)
{
    if (now_ms - told_ms[channel] < period_ms[channel]) return 0;
    told_ms[channel] = now_ms;
    return 1;
}

static void measure(void)
{
    uint32_t now_ms = qis_bridge_millis();
    uint8_t channel;
    for (channel = 0; channel < CHANNELS; channel++) {
        uint8_t bytes[2];
        int32_t value = QIS_BRIDGE_INVALID;
        if (!is_due(channel, now_ms)) continue;
        if (i2c_read(SENSOR, (uint8_t)(2 * channel), bytes, sizeof bytes)) {
            uint16_t pair = (uint16_t)(bytes[0] << 8 | bytes[1]);
            if (channel == 0) value = (int16_t)pair;
            else if (pair != SENSOR_INVALID) value = pair;
        }
        qis_bridge_reading(channel, value);
    }
}

void loop(void)
{
    int16_t byte;
    while ((byte = uart_read()) >= 0) qis_bridge_receive((uint8_t)byte);
    if (reset_wanted) {
        wdt_enable(WDTO_15MS);
        for (;;) {
        }
    }
    if (qis_bridge_millis() - asleep_from_ms < asleep_ms) return;
    asleep_ms = 0;
    measure();
    qis_bridge_poll();
}

#ifndef ARDUINO
int main(void)
{
    setup();
    for (;;) loop();
}
#endif
