/*
 * Firmware bridge: readings of a microcontroller to a qis-edge gateway, over any line that carries bytes.
 *
 * The wire is in PROTOCOL.md, how to use this in README.md. C99, no allocation, little-endian machines. Call everything
 * from one context (the main loop): bytes that an interrupt receives wait in the sketch's own buffer.
 */
#ifndef QIS_BRIDGE_H
#define QIS_BRIDGE_H

#include <stdint.h>

#ifdef __AVR__
#include <avr/pgmspace.h>
#define QIS_BRIDGE_FLASH PROGMEM
#define QIS_BRIDGE_FLASH_BYTE(address) pgm_read_byte(address)
#else
#define QIS_BRIDGE_FLASH
#define QIS_BRIDGE_FLASH_BYTE(address) (*(const uint8_t *)(address))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What the board is, then its channels: once in the sketch, kept in flash.
 * Quantity and unit as in the gateway's table; label "-" for the main channel; value = integer sent * scale.
 *
 *   const char qis_bridge_description[] QIS_BRIDGE_FLASH =
 *       QIS_BRIDGE_FIRMWARE("weather-node", "1.0.0")
 *       QIS_BRIDGE_CHANNEL(0, "temperature", "-", "degC", 0.01, 1000);
 */
extern const char qis_bridge_description[] QIS_BRIDGE_FLASH;
/* Version of PROTOCOL.md, incompat and compat flags (section 5). */
#define QIS_BRIDGE_FIRMWARE(name, version) "1.0 0 0 " name " " version "\n"
#define QIS_BRIDGE_CHANNEL(id, quantity, label, unit, scale, period_ms_min) \
    #id " " quantity " " label " " unit " " #scale " " #period_ms_min "\n"

/* What started the board. */
#define QIS_BRIDGE_CAUSE_UNKNOWN 0
#define QIS_BRIDGE_CAUSE_POWER 1
#define QIS_BRIDGE_CAUSE_PIN 2
#define QIS_BRIDGE_CAUSE_BROWNOUT 3
#define QIS_BRIDGE_CAUSE_WATCHDOG 4
#define QIS_BRIDGE_CAUSE_SOFTWARE 5

/* Who the board is. The sketch fills in boot, cause and uid before qis_bridge_begin; the library fills in the rest. */
typedef struct {
    uint16_t hash;
    uint16_t boot; /* another one after every reset: a counter that is kept, or a random number */
    uint32_t time_ms;
    uint32_t cause;
    uint32_t uid; /* another one on every board; 0 when it has none */
} qis_bridge_board;

extern qis_bridge_board qis_bridge_self;

/* Commands; 64 to 255 are the sketch's own. The library answers the first two itself. */
#define QIS_BRIDGE_PING 0
#define QIS_BRIDGE_RESEND 1
#define QIS_BRIDGE_SET_PERIOD 2 /* id: channel, argument: ms */
#define QIS_BRIDGE_RESET 3
#define QIS_BRIDGE_SLEEP 4 /* argument: ms */

typedef struct {
    uint32_t argument;
    uint8_t code;
    uint8_t id;
} qis_bridge_order;

/* What a command came to. */
#define QIS_BRIDGE_OK 0
#define QIS_BRIDGE_UNKNOWN 1
#define QIS_BRIDGE_REFUSED 2

/* A value that says: the sensor has none, or none that is valid. */
#define QIS_BRIDGE_INVALID INT32_MIN

/* How often the host hears that the board is there. */
#define QIS_BRIDGE_HEARTBEAT_MS 1000

/* Once, when line and clock work: introduces the board. */
void qis_bridge_begin(void);
/* Every byte that the host sent. */
void qis_bridge_receive(uint8_t byte);
/* A reading of now; sent, and kept for a while in case it is lost. */
void qis_bridge_reading(uint8_t id, int32_t value);
/* As often as possible, at least every second. */
void qis_bridge_poll(void);

/* The sketch's part: sends one byte, and waits until there is room for it. */
void qis_bridge_write(uint8_t byte);
/* The sketch's part: milliseconds since it was started; wraps after 49.7 days. */
uint32_t qis_bridge_millis(void);
/* The sketch's part: carries out a command, answered with what this returns. Reset and sleep only after it returned. */
uint8_t qis_bridge_command(const qis_bridge_order *order);

#ifdef __cplusplus
}
#endif

#endif
