/*
 * What the library costs: linked twice, with every public function and (EMPTY) with none; the difference counts.
 *
 * The sketch's part (write, millis, command, description) is in both, so that only the library differs.
 */
#include "../qis_bridge.h"

volatile uint8_t port;
volatile uint32_t ticks;
qis_bridge_order order;

const char qis_bridge_description[] QIS_BRIDGE_FLASH =
    QIS_BRIDGE_FIRMWARE("size", "1.0.0")
    QIS_BRIDGE_CHANNEL(0, "temperature", "-", "degC", 0.01, 1000);

void qis_bridge_write(uint8_t byte)
{
    port = byte;
}

uint32_t qis_bridge_millis(void)
{
    return ticks;
}

uint8_t qis_bridge_command(const qis_bridge_order *it)
{
    return it->code;
}

int main(void)
{
    for (;;) {
        qis_bridge_write(qis_bridge_command(&order));
        ticks = qis_bridge_millis() + QIS_BRIDGE_FLASH_BYTE(qis_bridge_description + port);
#ifndef EMPTY
        qis_bridge_begin();
        qis_bridge_receive(port);
        qis_bridge_reading(port, (int32_t)ticks);
        qis_bridge_poll();
#endif
    }
}
